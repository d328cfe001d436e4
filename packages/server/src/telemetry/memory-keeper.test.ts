import { expect, test } from 'vitest';
import { MemoryKeeper } from './memory-keeper.ts';

function keeper() {
  const state = { connections: 0, load: 1, collections: 0 };
  const memory = new MemoryKeeper(() => state.connections, {
    load: () => state.load,
    collect: () => state.collections++,
  });
  return (connections: number, load = 1): number => {
    state.connections = connections;
    state.load = load;
    memory.look();
    return state.collections;
  };
}

test('D17 memory is collected once after a crowd has left, and again after the next one', () => {
  const after = keeper();
  expect(after(5000)).toBe(0);
  expect(after(2000)).toBe(0);
  expect(after(400)).toBe(1);
  expect(after(0)).toBe(1);
  expect(after(3000)).toBe(1);
  expect(after(0)).toBe(2);
});

test('D17 memory is collected once after a crowd has come, when all is calm', () => {
  const after = keeper();
  expect(after(5000, 0.5)).toBe(0);
  expect(after(5000, 0.01)).toBe(1);
  expect(after(5900, 0.01)).toBe(1);
  expect(after(6000, 0.01)).toBe(2);
  expect(after(4000, 0.01)).toBe(2);
  expect(after(4999, 0.01)).toBe(2);
  expect(after(5000, 0.01)).toBe(3);
});

test('D17 a few who come and go are no reason to collect', () => {
  const after = keeper();
  for (let n = 0; n < 50; n++) expect(after(n % 2 === 0 ? 900 : 0, 0)).toBe(0);
});

test('D17 the collection of V8 itself can be asked for', () => {
  let connections = 1000;
  const memory = new MemoryKeeper(() => connections);
  memory.look();
  connections = 0;
  expect(() => memory.look()).not.toThrow();
});
