import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { onSignals } from './signals.ts';

function setUp() {
  const source = new EventEmitter();
  const seen: string[] = [];
  const clock = { now: 1000 };
  const actions = {
    begin: (signal: string) => void seen.push(`begin ${signal}`),
    abandon: (signal: string) => void seen.push(`abandon ${signal}`),
  };
  onSignals(source, actions, () => clock.now);
  const send = (signal: NodeJS.Signals) => source.emit(signal, signal);
  return { seen, clock, send };
}

test('D17 the first signal begins an orderly end, the second abandons it', () => {
  const { seen, clock, send } = setUp();
  send('SIGTERM');
  clock.now += 101;
  send('SIGTERM');
  expect(seen).toEqual(['begin SIGTERM', 'abandon SIGTERM']);
});

test('D17 the same signal within 100 ms is the echo that npm makes of Ctrl-C, and no second signal', () => {
  const { seen, clock, send } = setUp();
  send('SIGINT');
  clock.now += 5;
  send('SIGINT');
  expect(seen).toEqual(['begin SIGINT']);
  clock.now += 500;
  send('SIGINT');
  expect(seen).toEqual(['begin SIGINT', 'abandon SIGINT']);
});

test('D17 another signal is a second signal however soon it comes', () => {
  const { seen, send } = setUp();
  send('SIGINT');
  send('SIGTERM');
  expect(seen).toEqual(['begin SIGINT', 'abandon SIGTERM']);
});
