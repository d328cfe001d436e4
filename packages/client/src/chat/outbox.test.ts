import { expect, test } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { ChatOutbox } from './outbox.ts';
import { MemoryOutboxStore } from './outbox-store.ts';
import type { Outgoing, StoredOutgoing } from './outgoing.ts';

const ROOM = 'chat:general';
const FAULT = { code: 'NO_ANSWER', message: 'The server did not answer.' };

function outboxWith(store = new MemoryOutboxStore()) {
  const clock = new ManualClock();
  const told: Outgoing[] = [];
  let due = () => {};
  const outbox = new ChatOutbox({
    store,
    clock,
    now: () => 1000,
    tell: (message) => told.push(message),
    due: () => due(),
  });
  /** Resolves as soon as the room's next message may be sent. */
  const next = (saving = true) =>
    new Promise<Outgoing>((resolve) => {
      due = () => {
        const message = outbox.next(ROOM, saving);
        if (message) resolve(message);
      };
      due();
    });
  return { outbox, clock, told, store, next };
}

function kept(clientMessageId: string, more: Partial<StoredOutgoing> = {}): StoredOutgoing {
  return { userId: 'ann', roomId: ROOM, clientMessageId, content: '', at: 1, state: 'waiting', failure: null, ...more };
}

const acknowledged = (clientMessageId: string) =>
  ({ clientMessageId, saved: true, epoch: 'e', offset: 1, timestamp: '' }) as const;

test('D16 messages keep their order of writing, even within one millisecond', async () => {
  const { outbox, next } = outboxWith();
  await outbox.open('ann');
  const [first, second] = [outbox.add(ROOM, 'one'), outbox.add(ROOM, 'two')];
  expect(second.at).toBeGreaterThan(first.at);
  expect((await next()).content).toBe('one');
  outbox.acknowledged(acknowledged(first.clientMessageId));
  expect((await next()).content).toBe('two');
});

test('D16 what is written before the store has been read goes behind what it has kept', async () => {
  const store = new MemoryOutboxStore();
  await store.put(kept('old', { at: 5 }));
  const { outbox, next } = outboxWith(store);
  outbox.add(ROOM, 'new');
  expect(outbox.next(ROOM, true)).toBeNull();
  await outbox.open('ann');
  expect((await next()).clientMessageId).toBe('old');
});

test('D16 a message that is sent while the store is being read does not come back', async () => {
  const { outbox, store, next } = outboxWith();
  await outbox.open('ann');
  outbox.add(ROOM, 'one');
  const { clientMessageId } = await next();
  let answer = (_: readonly StoredOutgoing[]) => {};
  store.claim = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const look = outbox.refresh();
  outbox.acknowledged(acknowledged(clientMessageId));
  answer([kept(clientMessageId), kept('other')]);
  await look;
  expect(outbox.list().map((message) => message.clientMessageId)).toEqual(['other']);
});

test('D16 a store that cannot be read keeps nothing from being sent', async () => {
  const { outbox, store, clock, next } = outboxWith();
  store.claim = () => new Promise(() => {});
  const opening = outbox.open('ann');
  outbox.add(ROOM, 'one');
  clock.advance(2000);
  await opening;
  expect((await next()).content).toBe('one');
});

test('D16 each user has their own messages, on disk as in memory', async () => {
  const store = new MemoryOutboxStore();
  const { outbox, next } = outboxWith(store);
  await outbox.open('ann');
  outbox.add(ROOM, 'from Ann');
  await next();
  await outbox.open('bob');
  expect(outbox.list()).toEqual([]);
  expect(outbox.next(ROOM, true)).toBeNull();
  await outbox.open('ann');
  expect(outbox.list().map(({ content }) => content)).toEqual(['from Ann']);
});

test('FR-019 three tries, then it has failed and is kept so; a retry starts over', async () => {
  const { outbox, store, next } = outboxWith();
  await outbox.open('ann');
  outbox.add(ROOM, 'one');
  const { clientMessageId } = await next();
  expect([1, 2, 3].map(() => outbox.tried(clientMessageId, FAULT))).toEqual([true, true, false]);
  expect(outbox.next(ROOM, true)).toBeNull();
  expect(await store.claim('ann')).toMatchObject([{ state: 'failed', failure: FAULT }]);
  outbox.retry(clientMessageId);
  expect(await next()).toMatchObject({ clientMessageId, state: 'waiting', tries: 0 });
});

test('D18 what is not saved waits for the database, and does not hold up what is new', async () => {
  const { outbox, next } = outboxWith();
  await outbox.open('ann');
  outbox.add(ROOM, 'one');
  const { clientMessageId } = await next();
  outbox.acknowledged({ clientMessageId, saved: false, epoch: null, offset: null, timestamp: '' });
  outbox.add(ROOM, 'two');
  expect((await next(false)).content).toBe('two');
  expect(outbox.next(ROOM, true)?.content).toBe('one');
  expect(outbox.waitingRooms(false)).toEqual([ROOM]);
});

test('a program that writes faster than it can send finds out', () => {
  const { outbox } = outboxWith();
  for (let count = 0; count < 10_000; count++) outbox.add(ROOM, 'x');
  expect(() => outbox.add(ROOM, 'x')).toThrow('Too many messages');
});
