import { expect, test } from 'vitest';
import type { OutboxDraft, OutboxStore } from '../../src/store/outbox-store.ts';
import type { Place } from './contract.ts';

const PLENTY = 1_000_000;

/** Events on their way to the backend. */
export function outboxContract(newPlace: () => Place): void {
  test('G3.5 events have places in the order of the calls, and come back as they were given', async () => {
    const place = newPlace();
    const store = await place.open();
    const drafts = Array.from({ length: 1200 }, (_, i) =>
      event(`e${i}`, `u${i % 7}`, { body: `{"é":"\\u0000 ${i} 😀"}` }),
    );
    const places = await Promise.all(drafts.map((one) => store.outbox.add(one)));
    expect(places).toEqual(drafts.map((_, i) => ({ seq: i + 1, isNew: true })));
    await store.close();
    const { outbox } = await place.open();
    const { events, hasMore } = await outbox.waiting(0, 2000, PLENTY);
    expect(events).toEqual(drafts.map((one, i) => ({ ...one, seq: i + 1 })));
    expect(hasMore).toBe(false);
    const bytes = drafts.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    expect(await outbox.size()).toEqual({ waiting: 1200, waitingBytes: bytes, dead: 0, deadBytes: 0, top: 1200 });
  });

  test('G9.3 the same id of the same user is stored once, of another user apart', async () => {
    const { outbox } = await newPlace().open();
    const added = ['a', 'a', 'b', 'a'].map((userId) => outbox.add(event('same', userId)));
    const [first, second] = [
      { seq: 1, isNew: true },
      { seq: 1, isNew: false },
    ];
    expect(await Promise.all(added)).toEqual([first, second, { seq: 2, isNew: true }, second]);
    await outbox.settle([1], []);
    expect(await outbox.add(event('same', 'a'))).toEqual({ seq: 3, isNew: true });
  });

  test('waiting events are read in pages, bounded by number and bytes, of all or of one user', async () => {
    const { outbox } = await newPlace().open();
    for (let i = 1; i <= 9; i++) await outbox.add(event(`e${i}`, i % 2 ? 'odd' : 'even', { body: 'x'.repeat(100) }));
    const idsOf = async (page: ReturnType<OutboxStore['waiting']>) => {
      const { events, hasMore } = await page;
      return `${events.map(({ seq }) => seq).join(' ')}${hasMore ? ' …' : ''}`;
    };
    expect(await idsOf(outbox.waiting(2, 3, PLENTY))).toBe('3 4 5 …');
    expect(await idsOf(outbox.waiting(6, 3, PLENTY))).toBe('7 8 9');
    expect(await idsOf(outbox.waiting(0, 9, 250))).toBe('1 2 …');
    expect(await idsOf(outbox.waiting(0, 9, 1))).toBe('1 …');
    expect(await idsOf(outbox.waiting(9, 9, PLENTY))).toBe('');
    expect(await idsOf(outbox.ofUser('odd', 1, 7, 2, PLENTY))).toBe('3 5 …');
    expect(await idsOf(outbox.ofUser('odd', 3, 7, 9, PLENTY))).toBe('5 7');
    expect(await idsOf(outbox.ofUser('nobody', 0, 9, 9, PLENTY))).toBe('');
  });

  test('places are never used twice, not even when everything is gone', async () => {
    const place = newPlace();
    const store = await place.open();
    await store.outbox.add(event('a'));
    await store.outbox.settle([1], []);
    await store.close();
    const { outbox } = await place.open();
    expect(await outbox.size()).toEqual({ waiting: 0, waitingBytes: 0, dead: 0, deadBytes: 0, top: 1 });
    expect(await outbox.add(event('b'))).toEqual({ seq: 2, isNew: true });
    expect(await outbox.oldest()).toBe(1000);
  });

  test('G3.5 a refused event waits no more but is listed with the reason', async () => {
    const { outbox } = await newPlace().open();
    for (const id of ['a', 'b', 'c']) await outbox.add(event(id));
    await outbox.settle([1], [{ seq: 2, at: 77, status: 400, reason: 'bad', attempts: 3 }]);
    expect((await outbox.waiting(0, 9, PLENTY)).events.map(({ id }) => id)).toEqual(['c']);
    const { body, ...rest } = event('b');
    const dead = { ...rest, seq: 2, deadAt: 77, status: 400, reason: 'bad', attempts: 3, bytes: body.length };
    expect(await outbox.dead(0, 9)).toEqual([dead]);
    expect(await outbox.dead(2, 9)).toEqual([]);
    expect(await outbox.size()).toMatchObject({ waiting: 1, dead: 1, deadBytes: body.length });
  });

  test('G3.5 dead letters go back to the end of the queue in their order, some or all', async () => {
    const { outbox } = await newPlace().open();
    for (let i = 1; i <= 700; i++) void outbox.add(event(`e${i}`));
    const reasons = Array.from({ length: 699 }, (_, i) => ({
      seq: i + 1,
      at: 1,
      status: null,
      reason: 'x',
      attempts: 1,
    }));
    await outbox.settle([], reasons);
    const bytes = event('e7').body.length;
    expect(await outbox.redrive(['e7', 'e3', 'e700', 'unknown'])).toEqual({
      count: 2,
      bytes: 2 * bytes,
      top: 702,
      hasMore: false,
    });
    expect((await outbox.waiting(0, 9, PLENTY)).events.map(({ id }) => id)).toEqual(['e700', 'e3', 'e7']);
    expect(await outbox.redrive(null)).toMatchObject({ count: 500, hasMore: true });
    expect(await outbox.redrive(null)).toMatchObject({ count: 197, top: 1399, hasMore: false });
    expect(await outbox.dead(0, 9)).toEqual([]);
    expect(await outbox.add(event('next'))).toEqual({ seq: 1400, isNew: true });
  });

  test('dead letters are deleted, some, all, or the oldest by their bytes', async () => {
    const { outbox } = await newPlace().open();
    for (let i = 1; i <= 6; i++) await outbox.add(event(`e${i}`, 'u', { body: 'x'.repeat(10) }));
    const refused = [1, 2, 3, 4, 5].map((seq) => ({ seq, at: 1, status: null, reason: 'x', attempts: 1 }));
    await outbox.settle([], refused);
    const left = async () => (await outbox.dead(0, 9)).map(({ seq }) => seq);
    expect(await outbox.purge(['e2', 'e6'])).toMatchObject({ count: 1, bytes: 10 });
    expect(await outbox.trim(11)).toMatchObject({ count: 2, bytes: 20 });
    expect(await left()).toEqual([4, 5]);
    expect(await outbox.trim(0)).toMatchObject({ count: 0 });
    expect(await outbox.purge(null)).toMatchObject({ count: 2, hasMore: false });
    expect(await outbox.size()).toMatchObject({ waiting: 1, dead: 0 });
  });
}

function event(id: string, userId = 'u', part: Partial<OutboxDraft> = {}): OutboxDraft {
  return { id, userId, event: 'order', body: `{"id":"${id}"}`, createdAt: 1000, ...part };
}
