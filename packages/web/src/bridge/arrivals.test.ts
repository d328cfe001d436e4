import { expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';

function arrivals() {
  const said: string[] = [];
  const timers: (() => void)[] = [];
  const subject = new Arrivals({ say: (text) => said.push(text), schedule: (task) => timers.push(task) });
  return { said, timers, subject };
}

test('one message is read out', () => {
  const { said, timers, subject } = arrivals();
  subject.add({ text: 'Hello' });
  expect(said).toEqual([]);
  timers.shift()?.();
  expect(said).toEqual(['New message: { "text": "Hello" }']);
});

test('many within a second are told together, however fast they come', () => {
  const { said, timers, subject } = arrivals();
  for (let count = 1; count <= 500; count += 1) subject.add({ count });
  expect(timers).toHaveLength(1);
  timers.shift()?.();
  expect(said).toEqual(['500 new messages, the last: { "count": 500 }']);
});

test('a long message is cut', () => {
  const { said, timers, subject } = arrivals();
  subject.add({ text: 'x'.repeat(10_000) });
  timers.shift()?.();
  expect(said[0]?.length).toBeLessThan(250);
});
