import { expect, test } from 'vitest';
import type { Memory } from '../../shared/memory.ts';
import { beatingTabs, lockedTabs } from './tabs.ts';

function sharedMemory() {
  const texts = new Map<string, string>();
  const memory: Memory = {
    get: (key) => texts.get(key) ?? null,
    set: (key, text) => void (text === null ? texts.delete(key) : texts.set(key, text)),
  };
  return { memory, keys: () => [...texts.keys()] };
}

test('EC-5 a tab that has given no sign of life for a while is gone, and one that ends in order at once', async () => {
  const shared = sharedMemory();
  let time = 0;
  const beats: (() => void)[] = [];
  const ends: (() => void)[] = [];
  const open = (self: string) =>
    beatingTabs({
      ...shared,
      self,
      now: () => time,
      every: (_, task) => void beats.push(task),
      onEnd: (task) => void ends.push(task),
    });
  const first = open('a');
  open('b');
  open('c');
  expect([...(await first.alive())]).toEqual(['a', 'b', 'c']);
  ends[2]?.();
  time = 80_000;
  beats[0]?.();
  expect([...(await first.alive())].sort()).toEqual(['a', 'b']);
  time = 95_000;
  expect([...(await first.alive())]).toEqual(['a']);
  expect(shared.keys()).toEqual(['roomcast-tab a']);
});

test('EC-5 a tab that holds its lock is alive', async () => {
  const held = [{ name: 'roomcast-tab b' }, { name: 'another lock' }];
  const locks = {
    request: async (name: string, hold: () => Promise<unknown>) => {
      held.push({ name });
      return hold();
    },
    query: async () => ({ held }),
  } as unknown as LockManager;
  const tabs = lockedTabs(locks, 'a');
  await tabs.ready;
  expect([...(await tabs.alive())].sort()).toEqual(['a', 'b']);
});
