import { expect, test } from 'vitest';
import type { Memory } from '../../shared/memory.ts';
import { Drafts } from './drafts.ts';

function memory(): Memory {
  const texts = new Map<string, string>();
  return {
    get: (key) => texts.get(key) ?? null,
    set: (key, text) => void (text === null ? texts.delete(key) : texts.set(key, text)),
  };
}

/** Two tabs of one browser, and how each is after a reload. */
function twoTabs() {
  const [shared, one, two] = [memory(), memory(), memory()];
  return {
    first: () => new Drafts(shared, one),
    second: () => new Drafts(shared, two),
    new: () => new Drafts(shared, memory()),
  };
}

test('D16 each tab has its own draft after a reload, and a new one begins with the latest', () => {
  const tabs = twoTabs();
  tabs.first().write('ann', 'chat:a', 'of the first');
  tabs.second().write('ann', 'chat:a', 'of the second');
  expect(tabs.first().read('ann', 'chat:a')).toBe('of the first');
  expect(tabs.second().read('ann', 'chat:a')).toBe('of the second');
  expect(tabs.new().read('ann', 'chat:a')).toBe('of the second');
  expect(tabs.new().read('ann', 'chat:b')).toBe('');
  expect(tabs.new().read('eve', 'chat:a')).toBe('');
});

test('D16 what one tab sends takes nothing from the other', () => {
  const tabs = twoTabs();
  tabs.first().write('ann', 'chat:a', 'of the first');
  tabs.second().write('ann', 'chat:a', 'of the second');
  tabs.first().write('ann', 'chat:a', '');
  expect(tabs.first().read('ann', 'chat:a')).toBe('');
  expect(tabs.second().read('ann', 'chat:a')).toBe('of the second');
  expect(tabs.new().read('ann', 'chat:a')).toBe('of the second');
  tabs.second().write('ann', 'chat:a', '');
  expect(tabs.new().read('ann', 'chat:a')).toBe('');
});
