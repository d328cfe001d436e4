import { expect, test } from 'vitest';
import { Overload, type Shedding } from './overload.ts';

function watch(shedDelay: number): { readonly overload: Overload; readonly told: Shedding[] } {
  const told: Shedding[] = [];
  return { overload: new Overload({ shedDelay, onChange: (level) => told.push(level) }), told };
}

test('G9.5 what is least missed is shed first, and more the later the event loop is', () => {
  const { overload, told } = watch(100);
  for (const delay of [0, 99, 100, 199, 200, 399, 400, 5000]) overload.note(delay);
  expect(told).toEqual([1, 2, 3]);
});

test('G9.5 shedding ends step by step, when it has been calm for a while', () => {
  const { overload, told } = watch(100);
  overload.note(500);
  for (let i = 0; i < 8; i++) overload.note(0);
  overload.note(300);
  for (let i = 0; i < 5; i++) overload.note(0);
  expect(told).toEqual([3, 2, 1, 2, 1]);
});

test('G9.5 a server that is busy for real notices it', async () => {
  const { promise, resolve } = Promise.withResolvers<Shedding>();
  const overload = new Overload({ shedDelay: 20, onChange: resolve });
  overload.start();
  const block = (): void => {
    const until = performance.now() + 60;
    while (performance.now() < until);
    if (overload.level === 0) setImmediate(block);
  };
  block();
  expect(await promise).toBeGreaterThan(0);
  overload.stop();
});
