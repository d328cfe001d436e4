import { expect, test } from 'vitest';
import type { AppendResult, PageQuery, StoredRoom } from '../../src/store/chat-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Place } from './contract.ts';
import { addRoom, addUser, append, draft, HandClock, say } from './harness.ts';

const PLENTY = 1_000_000;

/** Messages: storing them once and in order, and reading pages of them. */
export function messageContract(newPlace: () => Place): void {
  appending(newPlace);
  paging(newPlace);
}

function appending(newPlace: () => Place): void {
  test('D3 D5 messages of a room have offsets without a hole, in the order of the calls', async () => {
    const store = await newPlace().open();
    const user = await addUser(store);
    const rooms = [await addRoom(store), await addRoom(store), await addRoom(store)];
    const told: number[] = [];
    const results = Array.from({ length: 900 }, async (_, i) => {
      const { promise, resolve } = Promise.withResolvers<AppendResult>();
      store.messages.append(draft(pick(rooms, i), user, { content: `${i}` }), (result) => {
        told.push(i);
        resolve(result);
      });
      return promise;
    });
    for (const [i, result] of (await Promise.all(results)).entries()) {
      expect(result).toMatchObject({ status: 'stored', offset: Math.floor(i / 3) + 1 });
    }
    expect(told).toEqual(Array.from({ length: 900 }, (_, i) => i));
    for (const [i, room] of rooms.entries()) {
      const contents = (await page(store, room, {})).messages.map(({ content }) => Number(content));
      expect(contents).toEqual(Array.from({ length: 300 }, (_, n) => n * 3 + i));
    }
  });

  test('D3 D5 what comes in bursts, and alone behind a burst, is stored in order, and closing waits for all of it', async () => {
    const place = newPlace();
    const store = await place.open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    const results: Promise<AppendResult>[] = [];
    const later = () => new Promise((resolve) => setImmediate(resolve));
    for (const size of [30, 1, 30, 30, 1, 1, 400, 1]) {
      for (let i = 0; i < size; i++) results.push(append(store, draft(room, user)));
      await later();
    }
    await store.close();
    const offsets = (await Promise.all(results)).map((result) => (result.status === 'stored' ? result.offset : null));
    expect(offsets).toEqual(results.map((_, i) => i + 1));
    const again = await place.open();
    expect((await page(again, room, {})).messages).toHaveLength(results.length);
  });

  test('D3 a message comes back as it was given, with its sender and its times', async () => {
    const clock = new HandClock();
    const store = await newPlace().open({ clock });
    const [room, user] = [await addRoom(store), await addUser(store, 'Ann')];
    const content = `"quoted" <b> \\ \n é 😀 ${'x'.repeat(4000)} العربية \u0000 end`;
    const given = { clientMessageId: 'id ☃', content, clientTime: 123 };
    await append(store, draft(room, user, given));
    await append(store, draft(room, user, { ...given, clientMessageId: 'two', clientTime: null }));
    const first = { ...given, roomKey: room.key, offset: 1, senderKey: user.key, timestamp: clock.time };
    const { messages } = await page(store, room, {});
    expect(messages[0]).toEqual({ ...first, senderId: user.id, senderName: 'Ann' });
    expect(messages[1]).toMatchObject({ clientMessageId: 'two', clientTime: null });
  });

  test('D5 the same client message id is stored once for each room and sender', async () => {
    const place = newPlace();
    const store = await place.open();
    const [room, other] = [await addRoom(store), await addRoom(store)];
    const [ann, bob] = [await addUser(store), await addUser(store)];
    const same = { clientMessageId: 'same' };
    const [first] = await say(store, room, ann, 'x');
    expect(first).toMatchObject({ offset: 1 });
    const batch = [
      append(store, draft(room, ann, { ...same, content: 'first' })),
      append(store, draft(room, ann, { ...same, content: 'second' })),
      append(store, draft(room, bob, same)),
      append(store, draft(other, ann, same)),
      append(store, draft(room, ann, same)),
    ];
    const [stored, twice, bobs, elsewhere, thrice] = await Promise.all(batch);
    expect(stored).toMatchObject({ status: 'stored', offset: 2 });
    expect(twice).toEqual({ ...stored, status: 'duplicate' });
    expect(bobs).toMatchObject({ status: 'stored', offset: 3 });
    expect(elsewhere).toMatchObject({ status: 'stored', offset: 1 });
    expect(thrice).toEqual(twice);
    await store.close();
    const again = await place.open();
    expect(await append(again, draft(room, ann, same))).toEqual(twice);
    expect((await page(again, room, {})).messages.map(({ content }) => content)).toEqual(['x', 'first', 'same']);
  });

  test('D3 times of a room never go back, whatever the clock does', async () => {
    const clock = new HandClock();
    const place = newPlace();
    const store = await place.open({ clock });
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, 'a');
    const { time } = clock;
    clock.time = time - 5000;
    await say(store, room, user, 'b');
    await store.close();
    const again = await place.open({ clock });
    await say(again, room, user, 'c');
    clock.time = time + 1;
    await say(again, room, user, 'd');
    const times = (await page(again, room, {})).messages.map(({ timestamp }) => timestamp - time);
    expect(times).toEqual([0, 0, 0, 1]);
  });

  test('a message for an unknown room or of an unknown sender leaves the others of its batch alone', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    const batch = [
      append(store, draft(room, user)),
      append(store, draft({ ...room, key: 999 }, user)),
      append(store, draft(room, { ...user, key: 999 })),
      append(store, draft(room, user)),
    ];
    const results = await Promise.all(batch);
    expect(results.map(({ status }) => status)).toEqual(['stored', 'no_room', 'unavailable', 'stored']);
    expect(results[3]).toMatchObject({ offset: 2 });
    expect(store.available).toBe(true);
  });

  test('a callback that throws does not keep the others from being told', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    store.messages.append(draft(room, user), () => {
      throw new Error('from the test');
    });
    expect(await append(store, draft(room, user))).toMatchObject({ status: 'stored', offset: 2 });
  });

  test('D13 beyond the bound of its queue a store is overloaded, and nothing of that is stored', async () => {
    const store = await newPlace().open({ maxQueued: 10 });
    const [room, user] = [await addRoom(store), await addUser(store)];
    const queued = Array.from({ length: 10 }, () => append(store, draft(room, user)));
    expect(() => store.messages.append(draft(room, user), () => {})).toThrow(
      expect.objectContaining({ code: 'overloaded' }),
    );
    await expect(addUser(store)).rejects.toMatchObject({ code: 'overloaded' });
    await Promise.all(queued);
    expect(await append(store, draft(room, user))).toMatchObject({ offset: 11 });
  });
}

function paging(newPlace: () => Place): void {
  test('D11 pages go back and forth by offset, oldest first, and say whether there is more', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, ...Array.from({ length: 10 }, (_, i) => `${i + 1}`));
    await say(store, await addRoom(store), user, 'elsewhere');
    const offsets = async (part: Partial<PageQuery>) => {
      const { messages, hasMore } = await page(store, room, part);
      return `${messages.map(({ offset }) => offset).join(' ')}${hasMore ? ' …' : ''}`;
    };
    expect(await offsets({})).toBe('1 2 3 4 5 6 7 8 9 10');
    expect(await offsets({ limit: 3 })).toBe('8 9 10 …');
    expect(await offsets({ limit: 3, before: 8 })).toBe('5 6 7 …');
    expect(await offsets({ limit: 4, before: 5 })).toBe('1 2 3 4');
    expect(await offsets({ limit: 3, before: 1 })).toBe('');
    expect(await offsets({ limit: 3, before: 99 })).toBe('8 9 10 …');
    expect(await offsets({ limit: 3, after: 0 })).toBe('1 2 3 …');
    expect(await offsets({ limit: 3, after: 7 })).toBe('8 9 10');
    expect(await offsets({ limit: 3, after: 10 })).toBe('');
    expect(await offsets({ limit: 3, after: 2, before: 5 })).toBe('3 4');
    expect(await offsets({ roomKey: 999 })).toBe('');
  });

  test('D11 D13 a page is shorter where its content is large, but never empty', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, 'x'.repeat(100), 'x'.repeat(100), 'x'.repeat(100));
    const offsets = async (part: Partial<PageQuery>) =>
      (await page(store, room, part)).messages.map(({ offset }) => offset);
    expect(await offsets({ bytes: 400 })).toEqual([2, 3]);
    expect(await offsets({ bytes: 399 })).toEqual([3]);
    expect(await offsets({ bytes: 1 })).toEqual([3]);
    expect(await offsets({ bytes: 1, after: 0 })).toEqual([1]);
    expect((await page(store, room, { bytes: 400 })).hasMore).toBe(true);
    expect((await page(store, room, { bytes: 600 })).hasMore).toBe(false);
  });

  test('D6 what was acknowledged is in the page that is asked for then', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    for (let i = 1; i <= 50; i++) {
      await append(store, draft(room, user));
      expect((await page(store, room, { limit: 1 })).messages).toMatchObject([{ offset: i }]);
    }
  });
}

function page(store: Store, room: StoredRoom, part: Partial<PageQuery>) {
  return store.messages.page({ roomKey: room.key, limit: 500, bytes: PLENTY, ...part });
}

function pick<T>(list: readonly T[], i: number): T {
  const one = list[i % list.length];
  if (one === undefined) throw new Error('The list is empty');
  return one;
}
