import { expect, test } from 'vitest';
import type { LogStore, PublicationPage, StoredPublication } from '../../src/store/log-store.ts';
import type { Place } from './contract.ts';

const PLENTY = 1_000_000;

type Draft = Parameters<LogStore['append']>[0];

/** The recent publications of programs' rooms. */
export function logContract(newPlace: () => Place): void {
  test('G5 publications are numbered in each room and over all rooms, and come back as they were given', async () => {
    const place = newPlace();
    const store = await place.open();
    const drafts = [
      publication('n:a', { data: bytes('{"é":"😀"}'), attachments: bytes('\0\xff'), sender: '{}', messageId: 'x' }),
      publication('n:b'),
      publication('n:a', { event: 'other', timestamp: 2000 }),
    ];
    const places = await Promise.all(drafts.map((draft) => store.logs.append(draft)));
    expect(places).toEqual([
      { offset: 1, sequence: 1, timestamp: 1000, epoch: 'e', duplicate: false },
      { offset: 1, sequence: 2, timestamp: 1000, epoch: 'e', duplicate: false },
      { offset: 2, sequence: 3, timestamp: 2000, epoch: 'e', duplicate: false },
    ]);
    await store.close();
    const { logs } = await place.open();
    const { publications, hasMore } = await logs.after('n:a', 0, 9, PLENTY);
    expect(publications.map(plain)).toEqual(
      [drafts[0], drafts[2]].map((draft, i) => {
        const { room: _, epoch: __, ...rest } = draft as Draft;
        return plain({ ...rest, offset: i + 1, sequence: 2 * i + 1 });
      }),
    );
    expect(hasMore).toBe(false);
    const [a, b] = [
      { room: 'n:a', epoch: 'e', top: 2, lastAt: 2000 },
      { room: 'n:b', epoch: 'e', top: 1, lastAt: 1000 },
    ];
    expect(await logs.load()).toEqual({ logs: [a, b], sequence: 3 });
  });

  test('G9.3 the same message id in the same room is stored once, and none is never the same', async () => {
    const { logs } = await newPlace().open();
    const drafts = [
      publication('n:a', { messageId: 'x' }),
      publication('n:a', { messageId: 'x', timestamp: 5, epoch: 'other' }),
      publication('n:b', { messageId: 'x' }),
      publication('n:a'),
      publication('n:a'),
    ];
    const places = await Promise.all(drafts.map((draft) => logs.append(draft)));
    expect(places[1]).toEqual({ ...places[0], duplicate: true });
    expect(places.map(({ offset, duplicate }) => (duplicate ? 'known' : offset))).toEqual([1, 'known', 1, 2, 3]);
  });

  test('publications are read in pages forwards and backwards, bounded by number and bytes', async () => {
    const { logs } = await newPlace().open();
    for (let i = 1; i <= 9; i++) {
      await logs.append(publication('n:a', { data: bytes('x'.repeat(60)), attachments: bytes('y'.repeat(40)) }));
      await logs.append(publication('n:b'));
    }
    expect(await offsets(logs.after('n:a', 2, 3, PLENTY))).toBe('3 4 5 …');
    expect(await offsets(logs.after('n:a', 6, 3, PLENTY))).toBe('7 8 9');
    expect(await offsets(logs.after('n:a', 0, 9, 250))).toBe('1 2 …');
    expect(await offsets(logs.after('n:a', 0, 9, 1))).toBe('1 …');
    expect(await offsets(logs.after('n:a', 9, 9, PLENTY))).toBe('');
    expect(await offsets(logs.after('n:c', 0, 9, PLENTY))).toBe('');
    expect(await offsets(logs.before('n:a', 9, 3, PLENTY))).toBe('6 7 8 …');
    expect(await offsets(logs.before('n:a', 4, 3, PLENTY))).toBe('1 2 3');
    expect(await offsets(logs.before('n:a', 10, 9, 250))).toBe('8 9 …');
    expect(await offsets(logs.before('n:a', 10, 9, 1))).toBe('9 …');
  });

  test('G3.2 what came since a place is read whole or not at all, and measured without being read', async () => {
    const { logs } = await newPlace().open();
    for (let i = 1; i <= 6; i++) {
      const room = i % 2 ? 'n:a' : 'n:b';
      const attachments = i === 5 ? bytes('y'.repeat(40)) : null;
      await logs.append(publication(room, { data: bytes('x'.repeat(60)), attachments, timestamp: i }));
    }
    const since = async (sequence: number, limit: number, size: number) => {
      const { gone, publications } = await logs.since('n:a', sequence, limit, size);
      return { gone, sequences: publications?.map((one) => one.sequence) ?? null };
    };
    expect(await since(1, 9, PLENTY)).toEqual({ gone: 0, sequences: [3, 5] });
    expect(await since(0, 3, 220)).toEqual({ gone: 0, sequences: [1, 3, 5] });
    expect(await since(0, 2, PLENTY)).toEqual({ gone: 0, sequences: null });
    expect(await since(0, 3, 219)).toEqual({ gone: 0, sequences: null });
    expect(await since(5, 9, PLENTY)).toEqual({ gone: 0, sequences: [] });
    expect(await logs.sizeSince('n:a', 1, 9)).toEqual({ gone: 0, count: 2, data: 120, attachments: 40, oldest: 3 });
    expect(await logs.sizeSince('n:a', 0, 2)).toEqual({ gone: 0, count: 2, data: 120, attachments: 0, oldest: 1 });
    expect(await logs.sizeSince('n:a', 5, 9)).toEqual({ gone: 0, count: 0, data: 0, attachments: 0, oldest: null });
  });

  test('G3.2 what was cut off is gone in its room alone, and numbering goes on', async () => {
    const { logs } = await newPlace().open();
    for (const room of ['n:a', 'n:b', 'n:a', 'n:a']) await logs.append(publication(room));
    await logs.cut('n:a', 2);
    await logs.cut('n:a', 1);
    expect(await offsets(logs.after('n:a', 0, 9, PLENTY))).toBe('3');
    expect(await logs.since('n:a', 0, 9, PLENTY)).toMatchObject({ gone: 3 });
    expect(await logs.sizeSince('n:b', 0, 9)).toMatchObject({ gone: 0, count: 1 });
    await logs.cut('n:a', 3);
    expect((await logs.load()).logs).toContainEqual({ room: 'n:a', epoch: 'e', top: 3, lastAt: 0 });
    expect(await logs.append(publication('n:a'))).toMatchObject({ offset: 4, sequence: 5 });
  });

  test('G3.2 what is too old is gone in its namespace alone', async () => {
    const { logs } = await newPlace().open();
    for (const room of ['n:a', 'n:b', 'nn:a', 'm:a'])
      for (const timestamp of [1, 2, 3]) await logs.append(publication(room, { timestamp }));
    await logs.expire('n', 3);
    expect(await offsets(logs.after('n:a', 0, 9, PLENTY))).toBe('3');
    expect(await offsets(logs.after('n:b', 0, 9, PLENTY))).toBe('3');
    expect(await offsets(logs.after('nn:a', 0, 9, PLENTY))).toBe('1 2 3');
    expect(await offsets(logs.after('m:a', 0, 9, PLENTY))).toBe('1 2 3');
    expect(await logs.since('n:b', 0, 9, PLENTY)).toMatchObject({ gone: 5 });
  });

  test('G3.2 a log that was dropped is gone, and a room of its name begins anew and owns up to it', async () => {
    const { logs } = await newPlace().open();
    for (const room of ['n:a', 'n:a', 'n:b']) await logs.append(publication(room));
    await logs.drop(['n:never-spoken-in', 'n:a']);
    await logs.drop(['n:never-spoken-in']);
    expect((await logs.load()).logs.map(({ room }) => room)).toEqual(['n:b']);
    expect(await logs.since('n:a', 1, 9, PLENTY)).toEqual({ gone: 2, publications: [] });
    expect(await logs.sizeSince('n:a', 1, 9)).toMatchObject({ gone: 2, count: 0 });
    expect(await logs.append(publication('n:a', { epoch: 'anew' }))).toEqual({
      ...{ offset: 1, sequence: 4, timestamp: 1000, epoch: 'anew', duplicate: false },
    });
    expect(await logs.since('n:a', 1, 9, PLENTY)).toMatchObject({ gone: 2, publications: [{ sequence: 4 }] });
    expect(await logs.since('n:b', 0, 9, PLENTY)).toMatchObject({ gone: 0, publications: [{ sequence: 3 }] });
  });

  test('D13 publications and events count against the bytes that may wait', async () => {
    const { logs, outbox } = await newPlace().open({ maxQueuedBytes: 100_000 });
    const first = [logs.append(publication('n:a', { data: new Uint8Array(60_000) }))];
    const event = { id: 'a', userId: 'u', event: 'e', body: 'x'.repeat(30_000), createdAt: 1 };
    const second = outbox.add(event);
    await expect(logs.append(publication('n:a'))).rejects.toMatchObject({ code: 'overloaded' });
    expect(await Promise.all([...first, second])).toMatchObject([{ offset: 1 }, { seq: 1 }]);
    expect(await logs.append(publication('n:a'))).toMatchObject({ offset: 2 });
  });
}

let lastId = 0;

function publication(room: string, part: Partial<Draft> = {}): Draft {
  const messageId = `m-${++lastId}`;
  const rest = { event: 'message', data: bytes('1'), attachments: null, sender: null, messageId, timestamp: 1000 };
  return { room, epoch: 'e', ...rest, ...part };
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** Buffers come back as plain arrays of bytes. */
function plain(row: StoredPublication) {
  const { data, attachments, ...rest } = row;
  return { ...rest, data: [...data], attachments: attachments && [...attachments] };
}

async function offsets(page: Promise<PublicationPage>): Promise<string> {
  const { publications, hasMore } = await page;
  return `${publications.map(({ offset }) => offset).join(' ')}${hasMore ? ' …' : ''}`;
}
