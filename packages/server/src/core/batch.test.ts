import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TestCore } from '../../test/support/core.ts';
import { Batch } from './batch.ts';
import type { Connection } from './connection.ts';

const core = new TestCore();
const [ann, bob, cid] = [core.connect(), core.connect(), core.connect()].map(({ connection }) => connection) as [
  Connection,
  Connection,
  Connection,
];

/** A batch of frames `1`, `2`, …, each as long as its number has digits. */
function batchOf(count: number, except: (n: number) => Connection | null = () => null): Batch {
  const batch = new Batch();
  for (let n = 1; n <= count; n++) batch.push(Buffer.from(`${n} `), n, except(n));
  return batch;
}

/** What a connection would be sent at the flush. */
function flushed(batch: Batch, connection: Connection): string {
  const shared = batch.shared();
  return (batch.partsFor(connection, shared) ?? [shared]).map(String).join('').trim();
}

function taken(batch: Batch, connection: Connection): string {
  return batch.take(connection).map(String).join('').trim();
}

describe('a batch', () => {
  test('is one shared buffer for all who are no exception', () => {
    const batch = batchOf(12);
    expect(batch.partsFor(ann, batch.shared())).toBeNull();
    expect(flushed(batch, ann)).toBe('1 2 3 4 5 6 7 8 9 10 11 12');
    expect({ length: batch.length, bytes: batch.bytes }).toEqual({ length: 12, bytes: batch.shared().length });
  });

  test('B2 leaves each sender out of what it has sent, in as few parts as possible', () => {
    const batch = batchOf(10, (n) => ([1, 4, 5, 10].includes(n) ? ann : n === 2 ? bob : null));
    expect(batch.partsFor(ann, batch.shared())?.map(String)).toEqual(['2 3 ', '6 7 8 9 ']);
    expect(flushed(batch, bob)).toBe('1 3 4 5 6 7 8 9 10');
    expect(flushed(batch, cid)).toBe('1 2 3 4 5 6 7 8 9 10');
    expect([ann, bob, cid].map((one) => batch.withheldFrom(one))).toEqual([4, 1, 0]);
  });

  test('D6 begins at its end for who joins meanwhile', () => {
    const batch = batchOf(2);
    batch.startAtEnd(ann);
    batch.push(Buffer.from('3 '), 3, null);
    batch.push(Buffer.from('4 '), 4, ann);
    batch.push(Buffer.from('5 '), 5, null);
    expect(flushed(batch, ann)).toBe('3 5');
    expect(flushed(batch, bob)).toBe('1 2 3 4 5');
    expect(batch.withheldFrom(ann)).toBe(3);
  });

  test('counts as served what was taken early, for that connection alone', () => {
    const batch = batchOf(4, (n) => (n === 2 ? ann : null));
    expect(taken(batch, ann)).toBe('1 3 4');
    expect(taken(batch, ann)).toBe('');
    batch.push(Buffer.from('5 '), 5, null);
    expect(flushed(batch, ann)).toBe('5');
    expect(flushed(batch, bob)).toBe('1 2 3 4 5');
    expect(batch.withheldFrom(ann)).toBe(4);
  });

  test('forgets who has left, and all exceptions when it is sent', () => {
    const batch = batchOf(2, () => ann);
    batch.forget(ann);
    expect(flushed(batch, ann)).toBe('1 2');
    batch.startAtEnd(bob);
    batch.clear();
    expect({ length: batch.length, bytes: batch.bytes, exceptions: batch.hasExceptions }).toEqual({
      length: 0,
      bytes: 0,
      exceptions: false,
    });
    batch.push(Buffer.from('1 '), 1, null);
    expect(flushed(batch, bob)).toBe('1');
  });

  test('D16 knows up to which offset a connection has been served', () => {
    const batch = new Batch();
    batch.push(Buffer.from('joined '), 0, null);
    batch.push(Buffer.from('7 '), 7, null);
    batch.push(Buffer.from('8 '), 8, null);
    expect(batch.servedOffset(ann, 8)).toBe(6);
    batch.take(ann);
    expect(batch.servedOffset(ann, 8)).toBe(8);
    batch.push(Buffer.from('9 '), 9, null);
    expect(batch.servedOffset(ann, 9)).toBe(8);
    batch.clear();
    expect(batch.servedOffset(bob, 9)).toBe(9);
  });

  test('gives every connection each of its frames once and in order, whatever happens in between', () => {
    type Op = { op: 'push'; except: number } | { op: 'take' | 'join'; who: number };
    const who = fc.nat({ max: 2 });
    const ops = fc.array<Op>(
      fc.oneof(
        fc.record({ op: fc.constant('push' as const), except: fc.nat({ max: 3 }) }),
        fc.record({ op: fc.constantFrom('take' as const, 'join' as const), who }),
      ),
      { maxLength: 40, size: 'max' },
    );
    const property = fc.property(ops, (all) => {
      const people = [ann, bob, cid];
      const batch = new Batch();
      const expected: string[][] = [[], [], []];
      const got: string[][] = [[], [], []];
      let n = 0;
      for (const op of all) {
        if (op.op === 'push') {
          batch.push(Buffer.from(`${++n} `), n, people[op.except] ?? null);
          for (const [i, own] of expected.entries()) if (i !== op.except) own.push(String(n));
          continue;
        }
        const person = people[op.who] ?? ann;
        if (op.op === 'take') got[op.who]?.push(...batch.take(person).map((frame) => String(frame).trim()));
        else {
          batch.startAtEnd(person); // what it had not got yet, it never will
          expected[op.who] = [...(got[op.who] ?? [])];
        }
      }
      const delivered = people.map((person, i) => {
        const rest = flushed(batch, person)
          .split(' ')
          .filter((text) => text !== '');
        return { all: [...(got[i] ?? []), ...rest], withheld: batch.length - rest.length };
      });
      expect(delivered.map(({ all: frames }) => frames)).toEqual(expected);
      expect(people.map((person) => batch.withheldFrom(person))).toEqual(delivered.map(({ withheld }) => withheld));
    });
    fc.assert(property, { seed: 7, numRuns: 500 });
  });
});
