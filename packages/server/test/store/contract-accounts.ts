import { expect, test } from 'vitest';
import type { Place } from './contract.ts';
import { addRoom, addUser } from './harness.ts';

/** Users, their sessions, and how far they have read. */
export function accountContract(newPlace: () => Place): void {
  test('D10a a username is taken in whatever case, and kept as it was written', async () => {
    const { users } = await newPlace().open();
    const ann = { id: 'a', username: 'Ann_Lee', passwordHash: 'hash', createdAt: 5 };
    const stored = await users.create(ann);
    expect(stored).toEqual({ ...ann, key: stored.key, lastSeen: null });
    await expect(users.create({ ...ann, id: 'b', username: 'aNN_lEE' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await users.findByName('ANN_LEE')).toEqual(stored);
    expect(await users.findByKey(stored.key)).toEqual(stored);
    expect([await users.findByName('ann'), await users.findByKey(stored.key + 1)]).toEqual([null, null]);
  });

  test('D10a of two who take a name at the same time one gets it', async () => {
    const { users } = await newPlace().open();
    const taking = ['Bob', 'BOB', 'bob'].map((username) =>
      users.create({ id: `id-${username}`, username, passwordHash: null, createdAt: 1 }),
    );
    const outcomes = (await Promise.allSettled(taking)).map(({ status }) => status);
    expect(outcomes).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  test('D10 a password hash is replaced, and a user may have none', async () => {
    const store = await newPlace().open();
    const user = await addUser(store);
    expect(user.passwordHash).toBeNull();
    await store.users.setPasswordHash(user.key, 'new');
    expect(await store.users.findByKey(user.key)).toEqual({ ...user, passwordHash: 'new' });
    const replace = (former: string | null, hash: string) => store.users.setPasswordHash(user.key, hash, former);
    expect(await replace(null, 'other')).toBe(false);
    expect(await replace('old', 'other')).toBe(false);
    expect(await replace('new', 'newer')).toBe(true);
    expect(await store.users.findByKey(user.key)).toEqual({ ...user, passwordHash: 'newer' });
  });

  test('D8 when users were last seen is kept', async () => {
    const store = await newPlace().open();
    const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
    await store.users.setLastSeen([
      { key: ann.key, at: 11 },
      { key: bob.key, at: 12 },
    ]);
    expect((await store.users.list(null, 9)).map(({ lastSeen }) => lastSeen)).toEqual([11, 12]);
  });

  test('users are listed by name without regard to case, page by page', async () => {
    const store = await newPlace().open();
    for (const name of ['delta', 'Alpha', 'charlie', 'Bravo', '_x', '-y', '9z']) await addUser(store, name);
    const pages: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await store.users.list(after, 2);
      pages.push(page.map(({ username }) => username).join(' '));
      after = page.at(-1)?.username ?? null;
      if (page.length < 2) break;
    }
    expect(pages).toEqual(['-y 9z', '_x Alpha', 'Bravo charlie', 'delta']);
  });

  test('D10 a session is found by its hash with its user, expired or not, until it is deleted', async () => {
    const store = await newPlace().open();
    const user = await addUser(store);
    const session = { tokenHash: 'ab', userKey: user.key, createdAt: 1, expiresAt: 2 };
    await store.sessions.create(session);
    expect(await store.sessions.find('ab')).toEqual({ session, user });
    await store.sessions.extend('ab', 99);
    expect(await store.sessions.find('ab')).toEqual({ session: { ...session, expiresAt: 99 }, user });
    expect([await store.sessions.delete('ab'), await store.sessions.delete('ab')]).toEqual([true, false]);
    expect(await store.sessions.find('ab')).toBeNull();
  });

  test('D10 D15 all sessions of a user but one are deleted, and nobody else’s', async () => {
    const store = await newPlace().open();
    const [ann, bob] = [await addUser(store), await addUser(store)];
    const add = (tokenHash: string, userKey: number) =>
      store.sessions.create({ tokenHash, userKey, createdAt: 1, expiresAt: 2 });
    for (const hash of ['a1', 'a2', 'a3']) await add(hash, ann.key);
    await add('b1', bob.key);
    expect([...(await store.sessions.deleteOfUser(ann.key, 'a2'))].sort()).toEqual(['a1', 'a3']);
    expect(await store.sessions.find('a2')).not.toBeNull();
    expect(await store.sessions.deleteOfUser(ann.key, null)).toEqual(['a2']);
    expect(await store.sessions.deleteOfUser(ann.key, null)).toEqual([]);
    expect(await store.sessions.find('b1')).not.toBeNull();
  });

  test('D10 D17 expired sessions are deleted, from the millisecond on at which they end', async () => {
    const store = await newPlace().open();
    const { key: userKey } = await addUser(store);
    for (const expiresAt of [10, 11, 12]) {
      await store.sessions.create({ tokenHash: `h${expiresAt}`, userKey, createdAt: 1, expiresAt });
    }
    await store.sessions.deleteExpired(11);
    const left = await Promise.all(['h10', 'h11', 'h12'].map((hash) => store.sessions.find(hash)));
    expect(left.map((one) => one?.session.expiresAt)).toEqual([undefined, undefined, 12]);
  });

  test('D20 how far a user has read goes forward only', async () => {
    const store = await newPlace().open();
    const [user, other] = [await addUser(store), await addUser(store)];
    const [room, second] = [await addRoom(store), await addRoom(store)];
    expect(await store.reads.of(user.key)).toEqual(new Map());
    for (const offset of [3, 8, 5]) await store.reads.mark(user.key, room.key, offset);
    await store.reads.mark(user.key, second.key, 1);
    await store.reads.mark(other.key, room.key, 2);
    expect(await store.reads.of(user.key)).toEqual(
      new Map([
        [room.key, 8],
        [second.key, 1],
      ]),
    );
  });
}
