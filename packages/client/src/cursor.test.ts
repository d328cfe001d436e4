import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cursor } from './cursor.ts';

function at(offset: number): Cursor {
  const cursor = new Cursor();
  cursor.reset('e', offset);
  return cursor;
}

test('the next publication is delivered, one that was seen is not, one behind a gap calls for the log', () => {
  const cursor = at(3);
  expect(cursor.take('e', 4)).toBe('deliver');
  expect(cursor.take('e', 4)).toBe('seen');
  expect(cursor.take('e', 6)).toBe('gap');
  expect(cursor.position).toEqual({ epoch: 'e', offset: 4 });
});

test('a publication of another epoch calls for the log, whatever its offset', () => {
  expect(at(3).take('f', 4)).toBe('gap');
  expect(at(3).take('f', 1)).toBe('gap');
});

test('in a room without a log everything is delivered and there is no position', () => {
  const cursor = new Cursor();
  cursor.reset(null, null);
  expect(cursor.take(undefined, undefined)).toBe('deliver');
  expect(cursor.position).toBeNull();
});

test('own publications, which are acknowledged and not sent back, leave no gap', () => {
  const cursor = at(3);
  cursor.acknowledge('e', 4);
  expect(cursor.take('e', 5)).toBe('deliver');
  expect(cursor.position).toEqual({ epoch: 'e', offset: 5 });
});

test('an acknowledgement that overtakes what others published before does not hide it', () => {
  const cursor = at(3);
  cursor.acknowledge('e', 6);
  expect(cursor.position).toEqual({ epoch: 'e', offset: 3 });
  expect(cursor.isOwn(6)).toBe(true);
  expect(cursor.take('e', 4)).toBe('deliver');
  expect(cursor.take('e', 5)).toBe('deliver');
  expect(cursor.position).toEqual({ epoch: 'e', offset: 6 });
  expect(cursor.take('e', 7)).toBe('deliver');
});

test('D5 whatever arrives twice, late or never: what is delivered has no double and no disorder', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 })), (offsets) => {
      const cursor = at(0);
      const delivered = offsets.filter((offset) => cursor.take('e', offset) === 'deliver');
      expect(delivered).toEqual(delivered.map((_, index) => index + 1));
    }),
  );
});
