import { readdirSync, readFileSync } from 'node:fs';
import type { RoomcastServer } from './roomcast.ts';

/** Linux tells times in hundredths of a second. */
const TICK_US = 10_000;

/** What a server used in a stretch of time. */
export interface ServerCost {
  /** Microseconds of the main thread. */
  readonly mainCpu: number;
  /** Microseconds of all threads. */
  readonly cpu: number;
  /** Milliseconds that the event loop was late, 99th percentile and most. */
  readonly loopDelay: number;
  readonly loopDelayMost: number;
  /** Microseconds that all cores were busy with whatever, the hypervisor's other guests among it. */
  readonly machineBusy: number;
}

/** Begins to count; the function that it returns ends it. */
export async function measureCost(server: RoomcastServer): Promise<() => Promise<ServerCost>> {
  // Reading the delay of the event loop starts it anew.
  await readMetrics(server);
  const before = readCpu(server.pid);
  const busyBefore = readBusy();
  return async () => {
    const after = readCpu(server.pid);
    const machineBusy = readBusy() - busyBefore;
    const metrics = await readMetrics(server);
    const delay = (quantile: string) =>
      1000 * metric(metrics, `roomcast_event_loop_delay_seconds{quantile="${quantile}"}`);
    return {
      mainCpu: after.main - before.main,
      cpu: after.all - before.all,
      loopDelay: delay('0.99'),
      loopDelayMost: delay('1'),
      machineBusy,
    };
  };
}

/** Run time in microseconds as the kernel counts it. Threads that have ended meanwhile are missing; ours live long. */
function readCpu(pid: number): { readonly main: number; readonly all: number } {
  const tasks = `/proc/${pid}/task`;
  const times = readdirSync(tasks).map((tid) => {
    const [nanoseconds] = readFileSync(`${tasks}/${tid}/schedstat`, 'utf8').split(' ');
    return { tid: Number(tid), microseconds: Number(nanoseconds) / 1000 };
  });
  const main = times.find(({ tid }) => tid === pid)?.microseconds ?? 0;
  return { main, all: times.reduce((sum, { microseconds }) => sum + microseconds, 0) };
}

/** Microseconds since the start of the machine, of all cores together. */
function readBusy(): number {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, _idle, _wait, irq = 0, softIrq = 0, steal = 0] = ticks;
  return (user + nice + system + irq + softIrq + steal) * TICK_US;
}

async function readMetrics({ port }: RoomcastServer): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

function metric(text: string, name: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  if (line === undefined) throw new Error(`the server has no metric ${name}`);
  return Number(line.slice(name.length));
}
