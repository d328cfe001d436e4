import { expect, test } from 'vitest';
import { requestAt } from '../../../test/support/inspect.ts';
import { RequestCache } from './request-cache.ts';

const heavy = (offset: number) => requestAt(offset, { body: 'x'.repeat(8_000) });

test('W11 as many requests stay as there is room for, those that were used last', () => {
  const cache = new RequestCache(30_000);
  for (const offset of [1, 2, 3]) cache.add(heavy(offset));
  expect(cache.get('r1')).not.toBeNull();
  cache.add(heavy(4));
  expect(cache.get('r2')).toBeNull();
  expect(['r1', 'r3', 'r4'].map((id) => cache.get(id)?.id)).toEqual(['r1', 'r3', 'r4']);
});

test('W11 one that is larger than all the room stays, alone', () => {
  const cache = new RequestCache(5_000);
  cache.add(requestAt(1));
  cache.add(heavy(2));
  expect(cache.get('r1')).toBeNull();
  expect(cache.get('r2')).not.toBeNull();
});

test('W11 the same request twice takes its room once, and a removed one gives it back', () => {
  const cache = new RequestCache(25_000);
  for (let times = 0; times < 5; times += 1) cache.add(heavy(1));
  cache.add(heavy(2));
  expect(cache.get('r1')).not.toBeNull();
  cache.remove('r1');
  cache.add(heavy(3));
  expect(cache.get('r2')).not.toBeNull();
  cache.clear();
  expect(cache.get('r2')).toBeNull();
});
