import { expect, test } from 'vitest';
import { Breaker, type BreakerState, type Failure } from './breaker.ts';

const NOBODY: Failure = { status: null, isGeneral: true, retryAfter: null };
const LATE: Failure = { status: null, isGeneral: false, retryAfter: null };
const ANSWER_500: Failure = { status: 500, isGeneral: false, retryAfter: null };

function eventOf(userId: string) {
  return { userId };
}

function setUp() {
  const clock = { time: 0, now: () => 0, monotonic: () => clock.time };
  const states: BreakerState[] = [];
  const onChange = (state: BreakerState) => void states.push(state);
  const breaker = new Breaker({ clock, threshold: 3, min: 1000, max: 3000, random: () => 1, onChange });
  return { breaker, clock, states };
}

test('G9.1 it opens after as many failures in a row as it is told, and a success begins anew', () => {
  const { breaker, states } = setUp();
  breaker.failed(eventOf('a'), NOBODY);
  breaker.failed(eventOf('a'), NOBODY);
  breaker.succeeded();
  breaker.failed(eventOf('a'), NOBODY);
  breaker.failed(eventOf('a'), ANSWER_500);
  expect(breaker.acquire()).toBe(true);
  breaker.failed(eventOf('b'), ANSWER_500);
  expect([breaker.acquire(), states]).toEqual([false, ['open']]);
});

test('G9.1 one user whose events fail does not open it', () => {
  const { breaker } = setUp();
  for (let i = 0; i < 100; i++) breaker.failed(eventOf('a'), ANSWER_500);
  expect(breaker.state).toBe('closed');
});

test('G9.1 after a pause that doubles up to its bound one probe gets through, and decides', () => {
  const { breaker, clock, states } = setUp();
  for (let i = 0; i < 3; i++) breaker.failed(eventOf('a'), NOBODY);
  for (const pause of [1000, 2000, 3000, 3000]) {
    expect(breaker.wait).toBe(pause);
    clock.time += pause - 1;
    expect(breaker.acquire()).toBe(false);
    clock.time += 1;
    expect([breaker.acquire(), breaker.acquire()]).toEqual([true, false]);
    breaker.failed(eventOf('whoever'), ANSWER_500);
  }
  clock.time += 3000;
  expect(breaker.acquire()).toBe(true);
  breaker.succeeded();
  expect([breaker.acquire(), breaker.acquire(), states.at(-1)]).toEqual([true, true, 'closed']);
  for (let i = 0; i < 3; i++) breaker.failed(eventOf('a'), NOBODY);
  expect(breaker.wait).toBe(1000);
});

test('G9.1 it stays open as long as the backend asked for', () => {
  const { breaker } = setUp();
  breaker.failed(eventOf('a'), ANSWER_500);
  breaker.failed(eventOf('b'), ANSWER_500);
  breaker.failed(eventOf('c'), { ...ANSWER_500, retryAfter: 60_000 });
  expect(breaker.wait).toBe(60_000);
});

test.each([
  ['answers nobody at all', NOBODY],
  ['lets everybody wait', LATE],
])('G9.1 a backend that %s is probed at growing pauses, also with the same few events', (_what, failure) => {
  const { breaker, clock } = setUp();
  const events = ['a', 'b', 'c'].map(eventOf);
  for (const one of events) breaker.failed(one, failure);
  for (const pause of [1000, 2000, 3000]) {
    expect(breaker.wait).toBe(pause);
    clock.time += pause;
    breaker.acquire();
    for (const one of events) breaker.failed(one, failure);
  }
});

test('G3.5 an event that is answered with a failure again and again does not lengthen the pause', () => {
  const { breaker, clock } = setUp();
  const events = ['a', 'b', 'c'].map(eventOf);
  for (const one of events) breaker.failed(one, ANSWER_500);
  for (const one of events) {
    expect(breaker.wait).toBe(1000);
    clock.time += 1000;
    breaker.acquire();
    breaker.failed(one, ANSWER_500);
  }
  clock.time += 1000;
  breaker.acquire();
  breaker.failed(eventOf('d'), ANSWER_500);
  expect(breaker.wait).toBe(2000);
});

test.each([NOBODY, LATE, ANSWER_500])('G3.5 events that fail while others succeed open it once at most', (failure) => {
  const { breaker, states } = setUp();
  const events = Array.from({ length: 20 }, (_, i) => eventOf(`u${i}`));
  for (const one of events) breaker.failed(one, failure);
  breaker.succeeded();
  for (let round = 0; round < 5; round++) for (const one of events) breaker.failed(one, failure);
  expect(states).toEqual(['open', 'closed']);
});
