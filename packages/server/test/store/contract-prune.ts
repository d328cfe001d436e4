import { expect, test } from 'vitest';
import type { StoredRoom } from '../../src/store/chat-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Place } from './contract.ts';
import { addRoom, addUser, append, draft, found, HandClock, say } from './harness.ts';

const DAY = 24 * 60 * 60 * 1000;

/** The retention of messages. */
export function pruneContract(newPlace: () => Place): void {
  test('D11 pruning keeps the last messages of each room and lets go of the others', async () => {
    const store = await newPlace().open();
    const user = await addUser(store);
    const [long, short] = [await addRoom(store), await addRoom(store)];
    await say(store, long, user, ...Array.from({ length: 1234 }, (_, i) => `x ${i + 1}`));
    await say(store, short, user, 'x short');
    expect(await store.messages.prune(0, 0)).toBe(0);
    expect(await store.messages.prune(3, 0)).toBe(1231);
    expect(await store.messages.prune(3, 0)).toBe(0);
    expect(await visible(store, long)).toEqual([1232, 1233, 1234]);
    expect(await visible(store, short)).toEqual([1]);
    expect(await visible(store, long, 0)).toEqual([1232, 1233, 1234]);
    expect(await found(store, 'x')).toEqual(['x short', 'x 1234', 'x 1233', 'x 1232']);
    expect(await append(store, draft(long, user))).toMatchObject({ offset: 1235 });
  });

  test('D11 pruning says up to where each room has lost its messages', async () => {
    const store = await newPlace().open();
    const [user, room, kept] = [await addUser(store), await addRoom(store), await addRoom(store)];
    await say(store, room, user, ...Array.from({ length: 600 }, () => 'x'));
    await say(store, kept, user, 'x');
    const bottoms: [number, number][] = [];
    await store.messages.prune(10, 0, (roomKey, bottom) => bottoms.push([roomKey, bottom]));
    expect(new Map(bottoms)).toEqual(new Map([[room.key, 590]]));
  });

  test('D11 prunings that overlap take their turns', async () => {
    const store = await newPlace().open();
    const [user, room] = [await addUser(store), await addRoom(store)];
    await say(store, room, user, ...Array.from({ length: 2010 }, () => 'x'));
    expect(await Promise.all([store.messages.prune(10, 0), store.messages.prune(10, 0)])).toEqual([2000, 0]);
  });

  test('D11 unread are the messages of others that exist, among the last 200', async () => {
    const store = await newPlace().open();
    const [user, other] = [await addUser(store), await addUser(store)];
    const [room, long] = [await addRoom(store), await addRoom(store)];
    for (const sender of [other, other, user, other, user]) await say(store, room, sender, 'x');
    await say(store, long, other, ...Array.from({ length: 300 }, () => 'x'));
    const unread = (marks: readonly (readonly [number, number])[]) => store.reads.unread(user.key, new Map(marks));
    expect(await unread([])).toEqual(new Map());
    const all = [
      [room.key, 0],
      [long.key, 0],
    ] as const;
    expect([...(await unread(all)).values()]).toEqual([3, 200]);
    expect([...(await unread([[room.key, 1]])).values()]).toEqual([2]);
    expect([...(await unread([[room.key, 4]])).values()]).toEqual([0]);
    await store.messages.prune(3, 0);
    expect([...(await unread(all)).values()]).toEqual([1, 3]);
  });

  test('D11 pruning by age lets go of what is older than a time', async () => {
    const clock = new HandClock();
    const store = await newPlace().open({ clock });
    const [room, user] = [await addRoom(store), await addUser(store)];
    const { time } = clock;
    for (let i = 0; i < 6; i++) {
      clock.time = time + i;
      await say(store, room, user, `${i}`);
    }
    expect(await store.messages.prune(0, time + 2)).toBe(2);
    expect(await visible(store, room)).toEqual([3, 4, 5, 6]);
    expect(await store.messages.prune(3, time + 1)).toBe(1);
    expect(await store.messages.prune(5, time + 5)).toBe(2);
    expect(await visible(store, room)).toEqual([6]);
  });

  test('D5 what is sent again within a week is recognised although it was pruned', async () => {
    const clock = new HandClock();
    const store = await newPlace().open({ clock });
    const [room, user] = [await addRoom(store), await addUser(store)];
    const first = await append(store, draft(room, user, { clientMessageId: 'again' }));
    await say(store, room, user, 'kept');
    await store.messages.prune(1, 0);
    clock.time += 7 * DAY - 1;
    await store.messages.prune(1, 0);
    const again = draft(room, user, { clientMessageId: 'again' });
    expect(await append(store, again)).toEqual({ ...first, status: 'duplicate' });
    clock.time += 2;
    await store.messages.prune(1, 0);
    expect(await append(store, again)).toMatchObject({ status: 'stored', offset: 3 });
  });

  test('D19 appends go on while much is pruned', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, ...Array.from({ length: 5000 }, () => 'x'));
    let isDone = false;
    const pruning = store.messages.prune(10, 0).finally(() => {
      isDone = true;
    });
    await append(store, draft(room, user));
    expect(isDone).toBe(false);
    expect(await pruning).toBeGreaterThanOrEqual(4990);
  });
}

async function visible(store: Store, room: StoredRoom, after?: number): Promise<number[]> {
  const range = after === undefined ? {} : { after };
  const { messages } = await store.messages.page({ roomKey: room.key, limit: 500, bytes: 1e6, ...range });
  return messages.map(({ offset }) => offset);
}
