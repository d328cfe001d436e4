import { expect, test } from 'vitest';
import { RecentResults } from './recent-results.ts';

test('G4.1 who repeats an action while it is under way gets the same result', async () => {
  const results = new RecentResults<number>(10);
  const { promise, resolve } = Promise.withResolvers<number>();
  const first = results.once('a', () => promise);
  const second = results.once('a', () => Promise.reject(new Error('carried out twice')));
  resolve(7);
  expect([await first, await second]).toEqual([
    { result: 7, repeated: false },
    { result: 7, repeated: true },
  ]);
});

test('G4.1 what has failed can be tried again', async () => {
  const results = new RecentResults<number>(10);
  await expect(results.once('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await results.once('a', async () => 1)).toEqual({ result: 1, repeated: false });
});

test('the oldest are forgotten where there are too many', async () => {
  const results = new RecentResults<string>(2);
  for (const id of ['a', 'b', 'c']) await results.once(id, async () => id);
  expect(await results.once('b', async () => 'again')).toEqual({ result: 'b', repeated: true });
  expect(await results.once('a', async () => 'again')).toEqual({ result: 'again', repeated: false });
});
