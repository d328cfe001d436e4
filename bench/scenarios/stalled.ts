import type { Scenario } from './scenario.ts';

const OTHERS = 1000;
const RATE = 1000;
// What we report for a connection that ended without a close frame (RFC 6455 §7.1.5), and for one that stayed.
const NO_CLOSE_FRAME = 1006;
const STILL_OPEN = 0;

// 132 kB/s come for each member, and kernels take about 2.4 MB of them before the server has to keep anything: hence a
// long step, and a bound below the default, so that it is met within the step.
const STEP_SECONDS = 30;
const BOUNDS = ['--max-frame-size', '64kb', '--max-buffer', '256kb'];

/** One member that stops reading, beside a thousand that read. */
export const STALLED: Scenario = {
  id: 'stalled',
  title: `One member stops reading while ${OTHERS.toLocaleString('en')} receive ${RATE.toLocaleString('en')} messages/s`,
  about: `Twice per round, without and with it; the buffer bound is 256 kB. Code: what the member meets when it reads again, up to ten seconds after it was closed (${NO_CLOSE_FRAME}: no close frame, ${STILL_OPEN}: still open).`,
  peers: ['roomcast'],
  async run(trial) {
    const options = {
      ...{ members: OTHERS, publishers: 1, rooms: 1, bytes: 128, rates: RATE, 'warm-rate': RATE },
      ...{ warm: trial.quick ? 1 : 2, duration: STEP_SECONDS },
    };
    const alone = (await trial.load(options, { options: BOUNDS })).last('step');
    let slowClosed = 0;
    const inspect = async (port: number) => {
      slowClosed = await readSlowClosed(port);
    };
    const lines = await trial.load({ ...options, stalled: 1 }, { options: BOUNDS, inspect });
    const beside = lines.last('step');
    const stalled = lines.last('stalled');
    return {
      p99Alone: alone.p99_us / 1000,
      p99Beside: beside.p99_us / 1000,
      p99Change: beside.p99_us / alone.p99_us,
      memoryGrowth: (beside.rss_peak_kb - alone.rss_peak_kb) / 1024,
      slowClosed,
      closeCode: stalled.open === 1 ? STILL_OPEN : stalled.close_code || NO_CLOSE_FRAME,
      lost: beside.lost,
    };
  },
};

/** How many connections the server has closed for reading too slowly, by its own count. */
async function readSlowClosed(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const row = /^roomcast_drops_total\{reason="slow_consumer_closed"\} (\d+)$/m.exec(await response.text());
  return Number(row?.[1] ?? 0);
}
