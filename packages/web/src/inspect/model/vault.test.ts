import { expect, test } from 'vitest';
import type { Memory } from '../../shared/memory.ts';
import { Vault } from './vault.ts';

function memoryOf(text: string | null = null): Memory & { text: string | null } {
  return {
    text,
    get() {
      return this.text;
    },
    set(_key, next) {
      this.text = next;
    },
  };
}

test('W11 secrets are remembered, the newest first, each webhook once', () => {
  const memory = memoryOf();
  const vault = new Vault(memory);
  vault.keep({ id: 'a', secret: 'whsec_1' });
  vault.keep({ id: 'b', secret: 'whsec_2', fresh: true });
  vault.keep({ id: 'a', secret: 'whsec_3' });
  expect(new Vault(memory).list()).toEqual([
    { id: 'a', secret: 'whsec_3' },
    { id: 'b', secret: 'whsec_2', fresh: true },
  ]);
  expect(vault.find('b')?.secret).toBe('whsec_2');
});

test('W11 a forgotten one is gone, and with the last one everything', () => {
  const memory = memoryOf();
  const vault = new Vault(memory);
  vault.keep({ id: 'a', secret: 'whsec_1' });
  vault.forget('a');
  expect(vault.find('a')).toBeNull();
  expect(memory.text).toBeNull();
});

test('W11 not more than a hundred are remembered', () => {
  const vault = new Vault(memoryOf());
  for (let number = 0; number < 120; number += 1) vault.keep({ id: `${number}`, secret: 's' });
  expect(vault.list()).toHaveLength(100);
  expect(vault.list()[0]?.id).toBe('119');
});

test.each([['nonsense'], ['{}'], ['[null, 1, {"id": "a"}]']])('W11 what is stored as %s counts as nothing', (text) => {
  expect(new Vault(memoryOf(text)).list()).toEqual([]);
});
