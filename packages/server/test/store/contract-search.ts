import { expect, test } from 'vitest';
import type { Place } from './contract.ts';
import { ANYWHERE, addRoom, addUser, found, HandClock, say } from './harness.ts';

/** Words of which some are, or look like, the syntax of a search engine. */
const ODD = [
  '*',
  '"',
  '""',
  '" "',
  "'",
  '(',
  ')',
  '()',
  '^',
  '-',
  '+',
  ':',
  '{',
  '}',
  '\\',
  ',',
  '.',
  '%',
  '_',
  ';',
  '--',
  '/*',
  '?',
  '!!! ???',
  ' ',
  '\n',
  '\u0000',
  '\u200b',
  '\ud800',
  '\u0301',
  '"\u0301"',
];

export function searchContract(newPlace: () => Place): void {
  test('search finds messages that have all words, each as a word or the beginning of one, newest first', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, 'Hello wide world', 'The world is wide', 'worldly things', 'underworld');
    expect(await found(store, 'world')).toEqual(['worldly things', 'The world is wide', 'Hello wide world']);
    expect(await found(store, 'wi WOR')).toEqual(['The world is wide', 'Hello wide world']);
    expect(await found(store, 'worlds')).toEqual([]);
    expect(await found(store, 'hello things')).toEqual([]);
  });

  test('search takes "quoted phrases" as they stand', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, 'wide world', 'world wide', 'wide worlds', 'say: "wide, world"!');
    expect(await found(store, '"wide world"')).toEqual(['say: "wide, world"!', 'wide world']);
    expect(await found(store, '"wide wor"')).toEqual([]);
    expect(await found(store, '"world wide" wor')).toEqual(['world wide']);
    expect(await found(store, '"wide')).toHaveLength(4);
  });

  test('search finds words with accents, in other scripts, and signs', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, 'Crème brûlée', 'Жёлтый дом', '日本語のテスト', 'party 🎉tonight', 'foo-bar baz_1');
    expect(await found(store, 'creme')).toEqual(['Crème brûlée']);
    expect(await found(store, 'BRÛ')).toEqual(['Crème brûlée']);
    expect(await found(store, 'cre\u0300me')).toEqual(['Crème brûlée']);
    expect(await found(store, 'жёл ДОМ')).toEqual(['Жёлтый дом']);
    expect(await found(store, '本語')).toEqual(['日本語のテスト']);
    expect(await found(store, '語本')).toEqual([]);
    expect(await found(store, '🎉')).toEqual(['party 🎉tonight']);
    expect(await found(store, 'tonight')).toEqual(['party 🎉tonight']);
    expect(await found(store, 'foo-b')).toEqual(['foo-bar baz_1']);
    expect(await found(store, 'ｆｏｏ')).toEqual(['foo-bar baz_1']);
  });

  test('SR-002 nothing that people type is syntax', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, 'this AND that', 'this OR that', 'content of a NOT NEAR', 'hello');
    expect(await found(store, 'this OR hello')).toEqual([]);
    expect(await found(store, 'OR')).toEqual(['this OR that']);
    expect(await found(store, 'NOT')).toEqual(['content of a NOT NEAR']);
    expect(await found(store, 'NOT hello')).toEqual([]);
    expect(await found(store, 'content:hello')).toEqual([]);
    expect(await found(store, 'tags:u1')).toEqual([]);
    expect(await found(store, `r${room.key}`)).toEqual([]);
    expect(await found(store, 'NEAR(this that)')).toEqual([]);
    for (const odd of ODD) {
      expect(await found(store, odd)).toEqual([]);
      expect(await found(store, `${odd} hello`)).toEqual(['hello']);
      expect(await found(store, `hello ${odd}`)).toEqual(['hello']);
    }
    expect(await found(store, 'hello '.repeat(500))).toEqual(['hello']);
    expect(await found(store, 'x '.repeat(50) + Array.from({ length: 300 }, (_, i) => `w${i}`).join(' '))).toEqual([]);
  });

  test('search is limited to a room, a sender and a time', async () => {
    const clock = new HandClock();
    const store = await newPlace().open({ clock });
    const [one, two] = [await addRoom(store), await addRoom(store)];
    const [ann, bob] = [await addUser(store), await addUser(store)];
    const { time } = clock;
    for (const [minute, room, sender] of [
      [0, one, ann],
      [1, two, ann],
      [2, one, bob],
      [2, two, bob],
      [3, one, ann],
    ] as const) {
      clock.time = time + minute;
      await say(store, room, sender, `x ${minute}`);
    }
    expect(await found(store, 'x', { roomKey: one.key })).toEqual(['x 3', 'x 2', 'x 0']);
    expect(await found(store, 'x', { senderKey: ann.key })).toEqual(['x 3', 'x 1', 'x 0']);
    expect(await found(store, 'x', { roomKey: two.key, senderKey: bob.key })).toEqual(['x 2']);
    expect(await found(store, 'x', { from: time + 2 })).toEqual(['x 3', 'x 2', 'x 2']);
    expect(await found(store, 'x', { to: time + 2 })).toEqual(['x 1', 'x 0']);
    expect(await found(store, 'x', { from: time + 1, to: time + 3, roomKey: one.key })).toEqual(['x 2']);
    expect(await found(store, 'x', { from: time + 4 })).toEqual([]);
    expect(await found(store, 'x', { to: time })).toEqual([]);
    expect(await found(store, 'x', { roomKey: 999 })).toEqual([]);
  });

  test('search is paged by a cursor, without a gap or a double while new messages come', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, ...Array.from({ length: 10 }, (_, i) => `x ${i}`));
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await store.messages.search({ ...ANYWHERE, text: 'x', limit: 5, cursor });
      seen.push(...page.messages.map(({ content }) => content));
      sizes.push(page.messages.length);
      cursor = page.cursor;
      if (cursor === null) break;
      await say(store, room, user, 'x new');
    }
    expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => `x ${9 - i}`));
    expect(sizes).toEqual([5, 5]);
    expect(await found(store, 'x', { cursor: 'nonsense' })).toEqual([]);
  });

  test('search finds everything that was acknowledged before, also after the store was opened again', async () => {
    const place = newPlace();
    const store = await place.open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    for (let i = 0; i < 5; i++) {
      await say(store, room, user, `needle ${i}`);
      expect(await found(store, 'needle')).toHaveLength(i + 1);
    }
    await say(store, room, user, 'needle 5');
    await store.close();
    const again = await place.open();
    expect(await found(again, 'needle')).toHaveLength(6);
  });

  test('FR-015 search shows nothing of deleted rooms', async () => {
    const store = await newPlace().open();
    const user = await addUser(store);
    const [kept, small, large] = [await addRoom(store), await addRoom(store), await addRoom(store)];
    await say(store, kept, user, 'x kept');
    await say(store, small, user, 'x small');
    await say(store, large, user, ...Array.from({ length: 1500 }, (_, i) => `x ${i}`));
    expect(await found(store, 'x')).toHaveLength(50);
    await Promise.all([store.rooms.delete(small.key, 1), store.rooms.delete(large.key, 1)]);
    expect(await found(store, 'x')).toEqual(['x kept']);
    expect(await found(store, 'x', { roomKey: large.key })).toEqual([]);
  });
}
