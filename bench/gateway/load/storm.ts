import { setTimeout as delay } from 'node:timers/promises';
import { readNumber, startsWith } from '../../clients/bytes.ts';
import { inParts, pace } from '../../clients/crowd.ts';
import { SocketIoClient } from '../../clients/socketio-client.ts';
import { type Spread, spreadOf } from '../../suite/spread.ts';
import type { LoadPlan, StormPlan, StormResult } from './plan.ts';

const ROOM = 'live:storm';
const MESSAGE = '42["message",{"n":';
/** Behind the number, so that a message is about 128 bytes. */
const PADDING = 'x'.repeat(100);
const CALM_MS = 1000;
const WAIT_LIMIT_MS = 30_000;
/** As the official client tries again. */
const RETRY_MS = 1000;
const MOST_REFUSALS = 20;

/** One who counts what comes. Messages are numbered from 1 on. */
class Member {
  readonly client: SocketIoClient;
  last = 0;
  delivered = 0;
  missing = 0;
  doubled = 0;
  /** Called with the number of each message. */
  onMessage: (n: number) => void = () => {};

  constructor(port: number) {
    this.client = new SocketIoClient(port);
    this.client.onEvent = (bytes, begin) => {
      if (startsWith(bytes, begin, MESSAGE)) this.#count(readNumber(bytes, begin + MESSAGE.length));
    };
  }

  async enter(): Promise<void> {
    await this.client.connect();
    const answer = await this.client.ask('join_room', { roomId: ROOM });
    if (!answer.includes('"ok":true')) throw new Error(answer);
  }

  #count(n: number): void {
    this.delivered++;
    if (n <= this.last) this.doubled++;
    else {
      this.missing += n - this.last - 1;
      this.last = n;
    }
    this.onMessage(n);
  }

  /** Resolves when the number has come. */
  reaches(n: number): Promise<void> {
    if (this.last >= n) return Promise.resolve();
    return new Promise((resolve) => {
      this.onMessage = () => {
        if (this.last >= n) resolve();
      };
    });
  }
}

/** Carries the plan out. @param counting called when all are there */
export async function storm(plan: LoadPlan & StormPlan, counting: () => void): Promise<StormResult> {
  const { port, clients, rate, storms, away } = plan;
  const members = Array.from({ length: clients }, () => new Member(port));
  await inParts(members, (member) => member.enter());
  const publisher = new Member(port);
  await publisher.enter();
  counting();
  const cpu = process.cpuUsage();
  const begin = performance.now();
  let sent = 0;
  const isOver = new AbortController();
  const publishing = pace(rate, isOver.signal, () => {
    publisher.client.emit('publish', { roomId: ROOM, data: { n: ++sent, p: PADDING } });
  });
  const returns: Return[] = [];
  for (let i = 0; i < storms; i++) {
    await delay(CALM_MS);
    for (const { client } of members) client.drop();
    returns.push(...(await Promise.all(members.map((member) => comeBack(member, away, () => sent)))));
  }
  await delay(CALM_MS);
  isOver.abort();
  await publishing;
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - begin) / 1000;
  await within(Promise.all(members.map((member) => member.reaches(sent))));
  const sum = (of: (member: Member) => number) => members.reduce((total, member) => total + of(member), 0);
  return {
    sent,
    delivered: sum(({ delivered }) => delivered),
    missing: sum(({ missing, last }) => missing + sent - last),
    doubled: sum(({ doubled }) => doubled),
    recovered: returns.filter(({ recovered }) => recovered).length,
    notRecovered: returns.filter(({ recovered }) => !recovered).length,
    refusals: returns.reduce((total, { refusals }) => total + refusals, 0),
    replayed: returns.reduce((total, { replayed }) => total + replayed, 0),
    replay: replayTimes(returns),
    seconds,
    generatorLoad: (used.user + used.system) / 1e6 / seconds,
  };
}

interface Return {
  readonly recovered: boolean;
  readonly replayed: number;
  readonly refusals: number;
  readonly time: number;
}

async function comeBack(member: Member, [least, most]: StormPlan['away'], sent: () => number): Promise<Return> {
  await delay(least + Math.random() * (most - least));
  const missed = sent();
  const replayed = missed - member.last;
  const begin = performance.now();
  const { greeting, refusals } = await persist(member.client);
  const recovered = greeting.includes('"recovered":true');
  // One that begins anew is not in the room, and gets nothing.
  if (recovered) await within(member.reaches(missed));
  return { recovered, replayed, refusals, time: performance.now() - begin };
}

/** Tries again where the server has too much to do. */
async function persist(client: SocketIoClient): Promise<{ readonly greeting: string; readonly refusals: number }> {
  for (let refusals = 0; ; refusals++) {
    try {
      return { greeting: await client.connect(), refusals };
    } catch (error) {
      if (refusals === MOST_REFUSALS) throw error;
      await delay(RETRY_MS);
    }
  }
}

function replayTimes(returns: readonly Return[]): Spread {
  return spreadOf(returns.filter(({ recovered }) => recovered).map(({ time }) => time));
}

/** What does not come in time is counted as missing. */
async function within(work: Promise<unknown>): Promise<void> {
  const isOver = new AbortController();
  await Promise.race([work, delay(WAIT_LIMIT_MS, null, { signal: isOver.signal }).catch(() => {})]);
  isOver.abort();
}
