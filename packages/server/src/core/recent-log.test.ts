import { describe, expect, test } from 'vitest';
import { ManualClock, numbers } from '../../test/support/core.ts';
import { LogBudget } from './log-budget.ts';
import { RecentLog } from './recent-log.ts';

const HOUR = 3_600_000;

/** A log, and how to write the next numbers into it. */
function logOf(size: number, age = 0, clock = new ManualClock(), onBytes?: (change: number) => void) {
  const log = new RecentLog({ size, age }, () => clock.now(), onBytes);
  const write = (count: number, bytes = 1): void => {
    for (let i = 0; i < count; i++) {
      const data = Buffer.alloc(bytes, '1');
      log.append({
        event: 'message',
        data,
        timestamp: clock.now(),
        sender: null,
        clientMessageId: null,
        clientTime: null,
      });
    }
  };
  return { log, write, clock };
}

function offsets({ publications }: ReturnType<RecentLog['since']>): number[] {
  return publications.map(({ offset }) => offset);
}

describe('a recent log', () => {
  test('numbers publications from 1 without a hole', () => {
    const { log, write } = logOf(100);
    expect({ top: log.top, all: offsets(log.since(0)) }).toEqual({ top: 0, all: [] });
    write(5);
    expect({ top: log.top, all: offsets(log.since(0)) }).toEqual({ top: 5, all: numbers(5) });
  });

  test('G7 attachments count against the bytes of a page, as they travel', () => {
    const { log } = logOf(100);
    for (let i = 0; i < 5; i++) {
      log.append({
        event: 'message',
        data: Buffer.from('{"_placeholder":true,"num":0}'),
        attachments: [Buffer.alloc(300)],
        timestamp: 0,
        sender: null,
        clientMessageId: null,
        clientTime: null,
      });
    }
    // 400 in base64 and 29 beside.
    expect(offsets(log.page(5, undefined, 3 * 429))).toEqual([3, 4, 5]);
    expect(offsets(log.page(5, undefined, 3 * 429 - 1))).toEqual([4, 5]);
  });

  test('has an epoch of its own', () => {
    expect(logOf(1).log.epoch).not.toBe(logOf(1).log.epoch);
  });

  test('keeps a copy of its data, not the buffer that it came in', () => {
    const { log } = logOf(1);
    const data = Buffer.from('1');
    log.append({ event: 'e', data, timestamp: 0, sender: null, clientMessageId: null, clientTime: null });
    data.fill('x');
    expect(log.since(0).publications[0]?.data.toString()).toBe('1');
  });

  test('D16 answers what is after an offset, and whether something is missing', () => {
    const { log, write } = logOf(10);
    write(25);
    expect(log.since(25)).toEqual({ publications: [], complete: true, hasMore: false });
    expect(offsets(log.since(22))).toEqual([23, 24, 25]);
    expect(log.since(15)).toMatchObject({ complete: true, hasMore: false });
    expect(offsets(log.since(15))).toEqual(numbers(25, 16));
    expect(log.since(14)).toMatchObject({ complete: false });
    expect(log.since(0)).toMatchObject({ complete: false });
    expect(offsets(log.since(0))).toEqual(numbers(25, 16));
    expect(log.since(26)).toMatchObject({ complete: false });
  });

  test('gives pages from the end or below an offset', () => {
    const { log, write } = logOf(10);
    write(25);
    expect(offsets(log.page(3))).toEqual([23, 24, 25]);
    expect(log.page(3).hasMore).toBe(true);
    expect(offsets(log.page(100))).toEqual(numbers(25, 16));
    expect(log.page(100).hasMore).toBe(false);
    expect(offsets(log.page(2, 18))).toEqual([16, 17]);
    expect(offsets(log.page(5, 16))).toEqual([]);
    expect(offsets(log.page(5, 3))).toEqual([]);
    expect(offsets(log.page(2, 10_000))).toEqual([24, 25]);
    expect(offsets(log.page(0))).toEqual([]);
  });

  test('keeps as many as its size, in every size', () => {
    for (const size of [1, 2, 3, 7, 64]) {
      const { log, write } = logOf(size);
      for (let n = 1; n <= 200; n++) {
        write(1);
        expect(offsets(log.since(Math.max(0, n - size)))).toEqual(numbers(n, Math.max(1, n - size + 1)));
        expect(log.length).toBe(Math.min(n, size));
      }
    }
  });

  test('keeps none that is older than its age, asked or not', () => {
    const { log, write, clock } = logOf(100, HOUR);
    write(2);
    clock.advance(HOUR / 2);
    write(1);
    clock.advance(HOUR / 2);
    expect(offsets(log.page(10))).toEqual([1, 2, 3]);
    clock.advance(1);
    expect(offsets(log.page(10))).toEqual([3]);
    expect(log.since(1)).toMatchObject({ complete: false });
    clock.advance(HOUR);
    log.trim();
    expect({ length: log.length, bytes: log.bytes, top: log.top }).toEqual({ length: 0, bytes: 0, top: 3 });
    expect(log.since(3)).toMatchObject({ complete: true, publications: [] });
    write(1);
    expect(offsets(log.since(3))).toEqual([4]);
  });
});

describe('a publication that is withdrawn from a recent log', () => {
  /** Ten publications of which 6 to 10 are kept; nothing but their data differs. */
  function filled() {
    const changes: number[] = [];
    const made = logOf(5, 0, new ManualClock(), (change) => changes.push(change));
    made.write(10, 500);
    return { ...made, changes };
  }

  test('W11 has another event and data in its place, and the others stay', () => {
    const { log } = filled();
    const [eighth] = log.since(7).publications;
    const data = Buffer.from('{"id":"x"}');
    log.replace(8, 'request-deleted', data);
    data.fill('x');
    const { publications, complete } = log.since(5);
    expect({ complete, offsets: publications.map(({ offset }) => offset) }).toEqual({
      complete: true,
      offsets: numbers(10, 6),
    });
    expect(publications.map(({ event }) => event)).toEqual([
      'message',
      'message',
      'request-deleted',
      'message',
      'message',
    ]);
    expect(publications[2]).toMatchObject({ clientMessageId: null, sender: null, timestamp: eighth?.timestamp });
    expect(publications[2]?.data.toString()).toBe('{"id":"x"}');
    expect(eighth?.event).toBe('message');
  });

  test('W11 gives back the memory of what it was, with its attachments', () => {
    const changes: number[] = [];
    const { log } = logOf(5, 0, new ManualClock(), (change) => changes.push(change));
    const attachments = [Buffer.alloc(1000)];
    const rest = { timestamp: 0, sender: null, clientMessageId: 'a', clientTime: null };
    log.append({ event: 'e', data: Buffer.alloc(500), attachments, sequence: 7, ...rest });
    log.replace(1, 'gone', Buffer.alloc(10));
    expect(changes).toEqual([1700, -1490]);
    expect(log.bytes).toBe(210);
    expect(log.since(0).publications[0]).not.toHaveProperty('attachments');
    expect(log.sinceSequence(6)).toMatchObject([{ event: 'gone', sequence: 7 }]);
  });

  test('W11 is nothing to a log that does not hold it', () => {
    const { log, changes } = filled();
    const before = changes.length;
    for (const offset of [-1, 0, 5, 11]) log.replace(offset, 'gone', Buffer.from('1'));
    expect(changes).toHaveLength(before);
    expect(log.since(5).publications.every(({ event }) => event === 'message')).toBe(true);
  });
});

describe('the budget of all logs', () => {
  test('D17 is kept to by the logs that have been quiet for longest', () => {
    const budget = new LogBudget(10_000);
    const [quiet, busy, other] = [1, 2, 3].map(() => logOf(1000, 0, new ManualClock(), budget.onBytes));
    if (!quiet || !busy || !other) throw new Error('three logs');
    for (const { log, write } of [quiet, busy, other]) {
      write(4, 500);
      budget.used(log);
    }
    expect(budget.bytes).toBe(3 * 4 * 700);
    for (let i = 0; i < 8; i++) {
      busy.write(1, 500);
      budget.used(busy.log);
      expect(budget.bytes).toBeLessThanOrEqual(10_000);
    }
    expect([quiet, other, busy].map(({ log }) => log.length)).toEqual([0, 2, 12]);
  });

  test('D17 gives back what a log took that is no more', () => {
    const budget = new LogBudget(10_000);
    const { log, write } = logOf(10, 0, new ManualClock(), budget.onBytes);
    write(3);
    budget.used(log);
    budget.forget(log);
    expect(budget.bytes).toBe(0);
  });

  test('D17 one log alone may not take more than all of it', () => {
    const budget = new LogBudget(1000);
    const { log, write } = logOf(1000, 0, new ManualClock(), budget.onBytes);
    for (let i = 0; i < 50; i++) {
      write(1, 100);
      budget.used(log);
    }
    expect(log.length).toBe(3);
    expect(budget.bytes).toBe(900);
  });
});
