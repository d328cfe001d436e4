import { expect, test } from 'vitest';
import { FeedCursor } from './webhook-cursor.ts';

const at = (offset: number, epoch = 'e') => ({ epoch, offset });

function entered(since: ReturnType<typeof at> | null, end: ReturnType<typeof at>, recovered: boolean): FeedCursor {
  const cursor = new FeedCursor(since);
  cursor.enter(end, recovered);
  return cursor;
}

test('who asks for nothing begins at the end of the log', () => {
  const cursor = entered(null, at(7), false);
  expect([7, 8, 8, 10].map((offset) => cursor.take(at(offset)))).toEqual(['seen', 'deliver', 'seen', 'gap']);
  expect(cursor.position).toEqual(at(8));
});

test('D5 who is recovered goes on right behind their position', () => {
  const cursor = entered(at(5), at(8), true);
  expect([5, 7, 6, 7].map((offset) => cursor.take(at(offset)))).toEqual(['seen', 'gap', 'deliver', 'deliver']);
});

test('who is not recovered goes on with the first of what is left, and from there without a gap', () => {
  const cursor = entered(at(5), at(20), false);
  expect([4, 12, 14, 13].map((offset) => cursor.take(at(offset)))).toEqual(['seen', 'deliver', 'gap', 'deliver']);
});

test('who is not recovered because the log is another one goes on at the end of that', () => {
  const cursor = entered(at(5), at(2, 'f'), false);
  expect([at(6), at(2, 'f'), at(3, 'f')].map((event) => cursor.take(event))).toEqual(['gap', 'seen', 'deliver']);
});

test('where nothing is left, the end of the log still bounds what may come next', () => {
  const cursor = entered(at(5), at(9), false);
  expect(cursor.take(at(11))).toBe('gap');
  expect(cursor.take(at(10))).toBe('deliver');
});

test('who asked by the id of an event goes on with whatever comes first', () => {
  const cursor = new FeedCursor(null);
  cursor.enter(at(9), true);
  expect(cursor.isOpen).toBe(true);
  expect([8, 9, 10, 12].map((offset) => cursor.take(at(offset)))).toEqual(['deliver', 'deliver', 'deliver', 'gap']);
});
