import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import type { MessageDraft, PageQuery, SearchQuery } from '../packages/server/src/store/chat-store.ts';
import { openSqliteStore } from '../packages/server/src/store/sqlite/sqlite-store.ts';
import type { Store } from '../packages/server/src/store/store.ts';
import { Meter, ms, spread } from './store-meter.ts';

// What the store alone can do: `node bench/store.ts [messages in the large room, default 1,000,000]`.

const LARGE = Number(process.argv[2] ?? 1_000_000);
const ROOMS = 50;
const TIMES = 50;
/** Messages that wait for their answer at a time, where as many as possible are stored. */
const WINDOW = 2000;
const COMMON = `the of and to in is you that it he was for on are as with his they at be this have from or one had by
word but not what all were we when your can said there use an each which she do how their if will up other about out
many then them these so some her would make like him into time has look two more write go see number no way could`;
const WORDS = COMMON.split(/\s+/);

const folder = mkdtempSync(join(tmpdir(), 'roomcast-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const log = pino({ level: 'error' });

rawInserts();
let store: Store = await openSqliteStore({ directory: folder, log });
const users = await Promise.all(
  Array.from({ length: ROOMS }, (_, i) =>
    store.users.create({ id: `u${i}`, username: `user${i}`, passwordHash: null, createdAt: 1 }),
  ),
);
const rooms = await Promise.all(
  Array.from({ length: ROOMS + 1 }, (_, i) =>
    store.rooms.create({ id: `r${i}`, name: `Room ${i}`, epoch: `e${i}`, createdBy: null, createdAt: 1 }),
  ),
);
const largeRoom = rooms.at(-1)?.key ?? 0;

await pipelined('pipelined, 1 room', 100_000, () => rooms[0]?.key ?? 0);
await pipelined(`pipelined, ${ROOMS} rooms`, 100_000, inAllRooms);
await pipelined(`pipelined, filling a room with ${LARGE}`, LARGE, () => largeRoom);
await paced('100/s', 100, 3);
await paced('15,000/s', 15_000, 5);
await beside('15,000/s', () => paced('15,000/s', 15_000, 5));
await beside('pipelined', () => pipelined(`pipelined, ${ROOMS} rooms`, 100_000, inAllRooms));

console.log(`\nA room of ${LARGE} messages`);
const page = (part: Partial<PageQuery>) =>
  store.messages.page({ roomKey: largeRoom, limit: 50, bytes: 10_000_000, ...part });
const anywhere = () => 1 + Math.floor(Math.random() * LARGE);
await timed('last 50', () => page({}));
await timed('any 50', () => page({ before: anywhere() }));
await timed('any 500', () => page({ before: anywhere(), limit: 500 }));
await timed('50 after any', () => page({ after: anywhere() }));
for (const text of ['the', 'th', 't', 'the and', '"of the"', 'rare12345']) {
  await timed(`search ${text}`, () => search({ text }));
  await timed(`search ${text}, one room and sender`, () => search({ text, roomKey: largeRoom, senderKey: 1 }));
}
await timed('search the, before a time', () => search({ text: 'the', to: Date.now() - 10_000 }));

let start = performance.now();
await store.close();
console.log(`\nclosing ${ms(performance.now() - start)}`);
const size = (name: string) => `${Math.round(statSync(join(folder, name)).size / LARGE)} bytes per message`;
console.log(`roomcast.db ${size('roomcast.db')}, search.db ${size('search.db')}`);
start = performance.now();
store = await openSqliteStore({ directory: folder, log });
await store.rooms.load();
console.log(`opening and loading the rooms ${ms(performance.now() - start)}`);
await store.close();

/** The yardstick: SQLite alone, on this disk. */
function rawInserts(): void {
  const db = new Database(join(folder, 'raw.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
  const insert = db.prepare('INSERT INTO t (b) VALUES (?)');
  const many = db.transaction((count: number) => {
    for (let i = 0; i < count; i++) insert.run(sentence());
  });
  for (const count of [1, 200]) {
    const samples = Array.from({ length: 500 }, () => {
      const begin = performance.now();
      many(count);
      return performance.now() - begin;
    });
    console.log(`SQLite alone, ${count} inserted and committed: ${spread(samples)}`);
  }
  db.close();
}

/** As fast as it goes. */
async function pipelined(name: string, count: number, roomOf: (i: number) => number): Promise<void> {
  const drafts = Array.from({ length: count }, (_, i) => draft(i, roomOf(i)));
  const meter = new Meter(store);
  let sent = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const more = () => {
    for (let i = sent; i < count && i - meter.answered < WINDOW; i = sent) {
      sent++;
      meter.append(drafts[i] as MessageDraft, () => {
        if (meter.answered === count) resolve();
        else if (sent - meter.answered === WINDOW / 2) setImmediate(more);
      });
    }
  };
  more();
  await promise;
  console.log(`${name}: ${meter.describe()}`);
}

/** At a rate, in portions of a millisecond or of one. */
async function paced(name: string, rate: number, seconds: number): Promise<void> {
  const count = rate * seconds;
  const meter = new Meter(store);
  const { promise, resolve } = Promise.withResolvers<void>();
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, Math.floor((meter.elapsed * rate) / 1000));
    for (; sent < due; sent++) {
      meter.append(draft(sent, inAllRooms(sent)), () => {
        if (meter.answered === count) resolve();
      });
    }
    await setTimeout(1);
  }
  await promise;
  console.log(`${name} in ${ROOMS} rooms: ${meter.describe()}`);
}

/** Runs something while one search after another goes through all messages. */
async function beside(name: string, run: () => Promise<void>): Promise<void> {
  let isOver = false;
  const searching = (async () => {
    const samples: number[] = [];
    while (!isOver) {
      const begin = performance.now();
      await search({ text: 'the and' });
      samples.push(performance.now() - begin);
    }
    console.log(`  the searches beside ${name}: ${spread(samples)}`);
  })();
  await run();
  isOver = true;
  await searching;
}

async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const samples: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const begin = performance.now();
    await work();
    samples.push(performance.now() - begin);
  }
  console.log(`${name}: ${spread(samples)}`);
}

function search(part: Partial<SearchQuery>) {
  const all = { text: '', roomKey: null, senderKey: null, from: null, to: null, cursor: null, limit: 50 };
  return store.messages.search({ ...all, ...part });
}

function draft(i: number, roomKey: number): MessageDraft {
  const clientMessageId = Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
  const senderKey = users[i % users.length]?.key ?? 0;
  return { roomKey, senderKey, clientMessageId, content: sentence(), clientTime: null };
}

function inAllRooms(i: number): number {
  return rooms[i % ROOMS]?.key ?? 0;
}

/** Ten words: nine that everybody uses, and one of 50,000. */
function sentence(): string {
  const words = Array.from({ length: 9 }, () => WORDS[Math.floor(Math.random() * WORDS.length)]);
  return `${words.join(' ')} rare${Math.floor(Math.random() * 50_000)}`;
}
