import { afterEach, expect, test, vi } from 'vitest';
import { Emitter } from './emitter.ts';

afterEach(() => vi.restoreAllMocks());

test('calls listeners in the order in which they came, until they are removed', () => {
  const emitter = new Emitter<{ tick: [number] }>();
  const heard: string[] = [];
  const off = emitter.on('tick', (n) => heard.push(`a${n}`));
  emitter.on('tick', (n) => heard.push(`b${n}`));
  emitter.emit('tick', 1);
  off();
  emitter.emit('tick', 2);
  expect(heard).toEqual(['a1', 'b1', 'b2']);
});

test('a listener that throws is reported and keeps nobody from hearing', () => {
  const reported = vi.spyOn(console, 'error').mockImplementation(() => {});
  const emitter = new Emitter<{ tick: [] }>();
  const fault = new Error('mine');
  let heard = 0;
  emitter.on('tick', () => {
    throw fault;
  });
  emitter.on('tick', () => heard++);
  emitter.emit('tick');
  expect(heard).toBe(1);
  expect(reported).toHaveBeenCalledWith(fault);
});
