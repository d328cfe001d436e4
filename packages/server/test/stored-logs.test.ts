import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { LogBudget } from '../src/core/log-budget.ts';
import { type NamespacePolicy, namespaces } from '../src/core/policy.ts';
import { Positions } from '../src/core/positions.ts';
import { StoredLogs } from '../src/logs/stored-logs.ts';
import type { StoredRoomLog } from '../src/logs/stored-room-log.ts';
import type { LogStore } from '../src/store/log-store.ts';
import { openStore, temporaryFolder } from './store/harness.ts';
import { ManualClock, numbers } from './support/core.ts';

const AGE = 10_000;
const BOUNDS = { size: 1000, age: AGE };
const NAME = { full: 'n:a', namespace: 'n', name: 'a' };
/** More than what stays in memory. */
const MANY = 200;

/** Logs on disk whose store the test can tamper with. */
async function logsOf() {
  const { logs: store } = await openStore(temporaryFolder());
  const clock = new ManualClock();
  const history = { ...BOUNDS, durable: true };
  const policy: NamespacePolicy = { join: 'anyone', publish: 'members', history, presence: false, listed: true };
  const tampered: { -readonly [Name in keyof LogStore]: LogStore[Name] } = { ...store };
  const log = pino({ level: 'silent' });
  const logs = await StoredLogs.load({ store: tampered, namespaces: namespaces({ n: policy }), clock, log });
  const positions = new Positions();
  logs.start(positions, () => true);
  onTestFinished(() => logs.stop());
  const open = (): StoredRoomLog => logs.open(NAME, BOUNDS, new LogBudget(1e9)) as StoredRoomLog;
  const say = async (room: StoredRoomLog, count = 1, part: { data?: Buffer; attachments?: Buffer[] } = {}) => {
    const drafts = Array.from({ length: count }, () => ({ ...DRAFT, timestamp: clock.now(), ...part }));
    const stored = await Promise.all(drafts.map((draft) => room.store(draft)));
    for (const { record } of stored) positions.reachStored(record.sequence ?? 0);
    return stored.map(({ record }) => record.offset);
  };
  return { store, tampered, clock, logs, open, say };
}

const DRAFT = { event: 'x', data: Buffer.from('1'), sender: null, clientMessageId: null, clientTime: null };

test('G3.2 a room that is opened while its old log is deleted begins a log anew', async () => {
  const { clock, logs, open, say } = await logsOf();
  const former = open();
  await say(former, 3);
  clock.advance(AGE + 1);
  const expired = logs.expire(() => false);
  const room = open();
  expect(await say(room, 2)).toEqual([1, 2]);
  await expired;
  expect(room.epoch).not.toBe(former.epoch);
  expect(open()).toMatchObject({ epoch: room.epoch, top: 2 });
});

test('G3.2 a log that cannot be deleted stands where it stood', async () => {
  const { tampered, clock, logs, open, say } = await logsOf();
  const former = open();
  await say(former, 3);
  clock.advance(AGE + 1);
  tampered.drop = () => Promise.reject(new Error('the disk is broken'));
  await logs.expire(() => false);
  const room = open();
  expect(room).toMatchObject({ epoch: former.epoch, top: 3 });
  expect(await say(room)).toEqual([4]);
});

test('G3.2 a room that was opened while its log could not be deleted finds back to that log', async () => {
  const { tampered, clock, logs, open, say } = await logsOf();
  const former = open();
  await say(former, 3);
  clock.advance(AGE + 1);
  const { promise, reject } = Promise.withResolvers<void>();
  tampered.drop = () => promise;
  const expired = logs.expire(() => false);
  const room = open();
  expect(room.top).toBe(0);
  reject(new Error('the disk is broken'));
  await expired;
  expect(await say(room, 2)).toEqual([4, 5]);
  expect(room).toMatchObject({ epoch: former.epoch, top: 5 });
  expect(room.tail.since(3).publications.map(({ offset }) => offset)).toEqual([4, 5]);
});

test('G3.2 what is too old is gone, although it is still on disk: nobody is told that nothing is missing', async () => {
  const { clock, open, say } = await logsOf();
  await say(open(), 3);
  clock.advance(AGE + 1);
  const room = open();
  await say(room);
  expect(await room.sinceSequence(1, 100, 1e6)).toBeNull();
  expect(await room.bytesSince(1, 100)).toBeNull();
  expect(await room.sinceSequence(3, 100, 1e6)).toMatchObject([{ offset: 4 }]);
});

test('G3.2 what is more than one client may be sent is measured and not read', async () => {
  const { store, tampered, open, say } = await logsOf();
  await say(open(), MANY, { data: Buffer.alloc(40, '1'), attachments: [Buffer.alloc(26)] });
  const room = open(); // nothing of it in memory
  const bytes = (MANY - 1) * (40 + 40);
  tampered.since = () => Promise.reject(new Error('nothing is to be read'));
  expect(await room.bytesSince(1, 1000)).toBe(bytes);
  expect(await room.bytesSince(1, MANY - 2)).toBeNull();
  tampered.since = store.since;
  expect(await room.sinceSequence(1, 1000, bytes)).toHaveLength(MANY - 1);
  expect(await room.sinceSequence(1, 1000, bytes / 2)).toBeNull();
});

test('G7 a page from disk counts attachments as they travel', async () => {
  const { open, say } = await logsOf();
  await say(open(), MANY, { data: Buffer.from('1'), attachments: [Buffer.alloc(296)] });
  const room = open();
  const page = await room.page(50, undefined, 4 * 301);
  expect(page.publications.map(({ offset }) => offset)).toEqual(numbers(MANY, MANY - 2));
  expect(page.hasMore).toBe(true);
  const rest = await room.since(0, 100, 3 * 301);
  expect(rest).toMatchObject({ publications: [{ offset: 1 }, { offset: 2 }, { offset: 3 }], hasMore: true });
});

/** The log of a webhook, which keeps as much as the webhook says. */
async function webhookLogOf() {
  const { logs: store, webhooks } = await openStore(temporaryFolder());
  const clock = new ManualClock();
  const known = namespaces({});
  const bounds = known.get('webhook')?.history;
  if (!bounds || bounds === 'durable') throw new Error('Webhooks have a log that is stored');
  const log = pino({ level: 'silent' });
  const logs = await StoredLogs.load({ store, namespaces: known, clock, log });
  const positions = new Positions();
  logs.start(positions, () => true);
  onTestFinished(() => logs.stop());
  const name = { full: 'webhook:w', namespace: 'webhook', name: 'w' };
  const open = () => logs.open(name, bounds, new LogBudget(1e9)) as StoredRoomLog;
  const capture = async (room: StoredRoomLog, ...ids: string[]) => {
    const drafts = ids.map((id) => ({ ...REQUEST, clientMessageId: id, timestamp: clock.now() }));
    const stored = await Promise.all(drafts.map((draft) => room.store(draft)));
    for (const { record } of stored) positions.reachStored(record.sequence ?? 0);
    return stored.map(({ record }) => record.offset);
  };
  return { store, webhooks, clock, logs, open, capture };
}

const REQUEST = { event: 'new-request', data: Buffer.from('{}'), sender: null, clientTime: null };
const YEAR = 365 * 24 * 3_600_000;

function idsOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `r${i + 1}`);
}

test('W11 the log of a webhook keeps all, however many and however old', async () => {
  const { clock, logs, open, capture } = await webhookLogOf();
  const room = open();
  expect(await capture(room, ...idsOf(300))).toEqual(numbers(300));
  clock.advance(YEAR);
  await logs.expire(() => false);
  expect(room.tail.length).toBe(128);
  const again = open();
  expect(again).toMatchObject({ epoch: room.epoch, top: 300 });
  const { publications, complete } = await again.since(0, 1000);
  expect({ complete, count: publications.length }).toEqual({ complete: true, count: 300 });
  expect(await capture(again, 'next')).toEqual([301]);
});

test('W11 a request that was removed is gone from memory as from disk', async () => {
  const { webhooks, clock, open, capture } = await webhookLogOf();
  const room = open();
  await capture(room, 'a', 'b', 'c');
  const data = Buffer.from('{"id":"b"}');
  expect(await webhooks.remove('webhook:w', 'b', data)).toMatchObject({ offset: 2 });
  room.forget(2, 'request-deleted', data);
  for (const log of [room, open()]) {
    const { publications, complete } = await log.since(0, 9);
    expect(complete).toBe(true);
    expect(publications.map(({ event }) => event)).toEqual(['new-request', 'request-deleted', 'new-request']);
    const rest = { sender: null, clientMessageId: null, clientTime: null, sequence: 2, timestamp: clock.now() };
    expect(publications[1]).toMatchObject({ offset: 2, data, ...rest });
  }
});

test('W11 who stood before what was cut off is told that something is missing, by memory as by disk', async () => {
  const { webhooks, open, capture } = await webhookLogOf();
  const room = open();
  await capture(room, 'a', 'b', 'c', 'd');
  const { bottom } = await webhooks.trim('webhook:w', 1, 0);
  room.cutThrough(bottom);
  for (const log of [room, open()]) {
    expect(await log.since(3, 9)).toMatchObject({ complete: true, publications: [{ offset: 4 }] });
    expect(await log.since(2, 9)).toMatchObject({ complete: false, publications: [{ offset: 4 }] });
    expect(await log.page(9)).toMatchObject({ publications: [{ offset: 4 }], hasMore: false });
    expect(await log.sinceSequence(2, 9, 1e6)).toBeNull();
  }
  room.cutThrough((await webhooks.trim('webhook:w', 0, 0)).bottom);
  for (const log of [room, open()]) {
    expect(await log.since(4, 9)).toMatchObject({ complete: true, publications: [] });
    expect(await log.since(3, 9)).toMatchObject({ complete: false, publications: [] });
    expect(await log.page(9)).toMatchObject({ publications: [], hasMore: false });
  }
  expect(await capture(room, 'e')).toEqual([5]);
});

test('W11 after a webhook was deleted a room of its name begins a log anew', async () => {
  const { webhooks, logs, open, capture } = await webhookLogOf();
  const former = open();
  await capture(former, 'a', 'b');
  await webhooks.delete('w', 'webhook:w');
  logs.drop('webhook:w');
  logs.drop('webhook:w');
  const room = open();
  expect(room.epoch).not.toBe(former.epoch);
  expect(await capture(room, 'a')).toEqual([1]);
  expect(await open().since(0, 9)).toMatchObject({ publications: [{ offset: 1, clientMessageId: 'a' }] });
});

test('W11 a log that was dropped stores nothing more, and what was on its way is refused', async () => {
  const { store, webhooks, logs, open, capture } = await webhookLogOf();
  const former = open();
  await capture(former, 'a');
  const deleted = webhooks.delete('w', 'webhook:w');
  logs.drop('webhook:w');
  const refused = { code: 'NOT_FOUND' };
  await expect(capture(former, 'b')).rejects.toMatchObject(refused);
  await deleted;
  expect(await store.load()).toMatchObject({ logs: [] });
  const other = open();
  const late = capture(other, 'c');
  logs.drop('webhook:w');
  await expect(late).rejects.toMatchObject(refused);
  expect(other).toMatchObject({ isSpent: true, isIdle: true, top: 0 });
  await expect(capture(former, 'd')).rejects.toMatchObject(refused);
});
