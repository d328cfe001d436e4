import { expect, test } from 'vitest';
import { SearchTurns } from './search-turns.ts';

test('W11 searches take turns, whatever becomes of them', async () => {
  const turns = new SearchTurns();
  const begun: string[] = [];
  const gates = new Map(['a', 'b', 'c'].map((name) => [name, Promise.withResolvers<void>()]));
  const search = (name: string) => {
    return turns.take(async () => {
      begun.push(name);
      await gates.get(name)?.promise;
      return name;
    });
  };
  const [a, b, c] = [search('a'), search('b'), search('c')];
  gates.get('c')?.resolve();
  await Promise.resolve();
  expect(begun).toEqual(['a']);
  gates.get('a')?.reject(new Error('the disk is away'));
  await expect(a).rejects.toThrow('the disk is away');
  gates.get('b')?.resolve();
  expect(await Promise.all([b, c])).toEqual(['b', 'c']);
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('W11 a search that nobody waits for any more is not begun', async () => {
  const turns = new SearchTurns();
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = turns.take(() => promise);
  const gone = new AbortController();
  let begun = 0;
  const search = async () => ++begun;
  const abandoned = Array.from({ length: 20 }, () => turns.take(search, gone.signal));
  const last = turns.take(search);
  gone.abort();
  resolve();
  await first;
  for (const one of abandoned) await expect(one).rejects.toMatchObject({ name: 'AbortError' });
  expect(await last).toBe(1);
});
