import { setTimeout as delay } from 'node:timers/promises';
import { Listener } from './listener.ts';
import type { LoadNews, LoadOrder, LoadSetup, LoadStep } from './plan.ts';
import { RawConnection } from './raw-connection.ts';
import { Talker } from './talker.ts';
import { Tally } from './tally.ts';

// The load generator, a process of its own; plan.ts says what it is told and what it answers.

/** For what is still open when a step ends. */
const DRAIN_LIMIT_MS = 10_000;
const TICK_MS = 1;

let talkers: readonly Talker[] = [];
let listeners: readonly Listener[] = [];

process.on('message', (order: LoadOrder) => {
  const work = order.kind === 'connect' ? connectAll(order) : talk(order);
  work.catch((error: Error) => fail(error.message));
});
process.on('disconnect', () => process.exit(1));

async function connectAll({ port, senders, receivers }: LoadSetup): Promise<void> {
  const tally = new Tally();
  const run = Date.now().toString(36);
  const roomOf = (i: number) => `chat:bench-${i}`;
  const enter = async (token: string, i: number) => {
    const connection = new RawConnection(port, token, fail);
    await connection.join(roomOf(i));
    return connection;
  };
  const heard = await Promise.all(receivers.map(enter));
  listeners = heard.map((connection) => new Listener(connection, tally));
  const heardFrom = await Promise.all(senders.map(enter));
  talkers = heardFrom.map((connection, i) => new Talker(connection, roomOf(i), `${run}-`, tally));
  tell({ kind: 'connected' });
}

async function talk(step: LoadStep): Promise<void> {
  const tally = new Tally();
  for (const one of [...talkers, ...listeners]) one.tally = tally;
  const isOver = new AbortController();
  const talking = step.rate === null ? keepFull(step.inFlight, isOver.signal) : pace(step.rate, tally, isOver.signal);
  await delay(step.warm * 1000);
  tally.begin();
  tell({ kind: 'counting' });
  await delay(step.duration * 1000);
  tally.end();
  tell({ kind: 'counted' });
  isOver.abort();
  await talking;
  await drained(tally);
  tell({ kind: 'result', result: tally.result() });
}

async function keepFull(inFlight: number, isOver: AbortSignal): Promise<void> {
  for (const talker of talkers) {
    talker.inFlight = inFlight;
    talker.refill();
  }
  isOver.addEventListener('abort', () => {
    for (const talker of talkers) talker.inFlight = 0;
  });
}

/** Sends what is due, once in a millisecond, whether answers come or not: sender by sender, one message each. */
async function pace(rate: number, tally: Tally, isOver: AbortSignal): Promise<void> {
  const begin = performance.now();
  let sent = 0;
  while (!isOver.aborted) {
    const due = Math.floor(((performance.now() - begin) * rate) / 1000);
    if (due > sent) tally.wasLate(performance.now() - begin - ((sent + 1) * 1000) / rate, due - sent);
    sendRound(sent, due);
    sent = due;
    await delay(TICK_MS);
  }
}

/** Messages `from` to `to` of the schedule; several of one sender, where the generator is late, go in one write. */
function sendRound(from: number, to: number): void {
  const each = Math.floor((to - from) / talkers.length);
  const more = (to - from) % talkers.length;
  for (let i = 0; i < talkers.length; i++) {
    const count = each + (i < more ? 1 : 0);
    if (count > 0) talkers[(from + i) % talkers.length]?.send(count);
  }
}

async function drained(tally: Tally): Promise<void> {
  const deadline = performance.now() + DRAIN_LIMIT_MS;
  while (performance.now() < deadline && (tally.acknowledged < tally.sent || tally.delivered < tally.sent))
    await delay(10);
}

function tell(news: LoadNews): void {
  process.send?.(news);
}

function fail(message: string): never {
  console.error(`the load generator: ${message}`);
  process.exit(1);
}
