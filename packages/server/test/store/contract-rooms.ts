import { expect, test } from 'vitest';
import type { Place } from './contract.ts';
import { addRoom, addUser, append, draft, HandClock, say } from './harness.ts';

/** Rooms: their lives and their names. */
export function roomContract(newPlace: () => Place): void {
  test('D7 a room is stored as it was created, and its id is taken', async () => {
    const store = await newPlace().open();
    const { key: createdBy } = await addUser(store);
    const room = { id: 'general', name: 'General ☕', epoch: 'abc', createdAt: 5 };
    const stored = await store.rooms.create({ ...room, createdBy });
    expect(stored).toEqual({ ...room, key: stored.key, top: 0, lastActivity: 5, deletedAt: null });
    const again = store.rooms.create({ ...room, epoch: 'def', createdBy });
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.rooms.load()).toEqual({ rooms: [stored], deletedIds: [] });
  });

  test('D7 its top and last activity are those of its last message', async () => {
    const clock = new HandClock();
    const place = newPlace();
    const store = await place.open({ clock });
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, 'one', 'two');
    clock.time += 10;
    await say(store, room, user, 'three');
    expect((await store.rooms.load()).rooms).toEqual([{ ...room, top: 3, lastActivity: clock.time }]);
  });

  test('FR-015 a deleted room is hidden, takes no messages and keeps its rows', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store, 'gone'), await addUser(store)];
    await say(store, room, user, 'kept');
    expect(await store.rooms.delete(room.key, 77)).toBe(true);
    expect(await store.rooms.delete(room.key, 78)).toBe(false);
    expect(await store.rooms.load()).toEqual({ rooms: [], deletedIds: ['gone'] });
    expect(await append(store, draft(room, user))).toEqual({ status: 'no_room' });
    const { messages } = await store.messages.page({ roomKey: room.key, limit: 9, bytes: 9999 });
    expect(messages.map(({ content }) => content)).toEqual(['kept']);
  });

  test('FR-015 a room of the same id as a deleted one is a new room', async () => {
    const store = await newPlace().open();
    const user = await addUser(store);
    const old = await addRoom(store, 'again');
    await say(store, old, user, 'old');
    await store.rooms.delete(old.key, 1);
    const fresh = await addRoom(store, 'again');
    expect(fresh.key).not.toBe(old.key);
    expect(await store.rooms.load()).toEqual({ rooms: [fresh], deletedIds: [] });
    expect(await append(store, draft(fresh, user))).toMatchObject({ status: 'stored', offset: 1 });
  });

  test('FR-015 messages before the deletion are stored, those behind it are not', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    const before = say(store, room, user, 'a', 'b');
    const deleted = store.rooms.delete(room.key, 9);
    const behind = say(store, room, user, 'c');
    expect((await before).map(({ status }) => status)).toEqual(['stored', 'stored']);
    expect(await deleted).toBe(true);
    expect(await behind).toEqual([{ status: 'no_room' }]);
  });
}
