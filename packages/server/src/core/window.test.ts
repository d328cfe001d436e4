import { describe, expect, test } from 'vitest';
import { flushWindow, RateEstimate } from './window.ts';

describe('the window of a room', () => {
  test('D19 is none while there is little to do', () => {
    expect(flushWindow(0, 0, 10)).toBe(0);
    expect(flushWindow(0, 10_000, 10)).toBe(0);
    expect(flushWindow(100, 100, 10)).toBe(0);
    expect(flushWindow(1000, 20, 10)).toBe(0);
    expect(flushWindow(15, 10_000, 10)).toBe(0); // much to do, but nothing to wait for
  });

  test('D19 grows with rate and members, up to the bound', () => {
    const members = [25, 40, 60, 80, 1000];
    const windows = members.map((count) => flushWindow(1000, count, 10));
    expect(windows).toEqual([...windows].sort((a, b) => a - b));
    expect(windows.at(-1)).toBe(10);
    expect(flushWindow(1_000_000, 1_000_000, 10)).toBe(10);
    expect(flushWindow(1_000_000, 1_000_000, 3)).toBe(3);
  });

  test('D19 is never opened for fewer publications than one more', () => {
    for (let rate = 1; rate < 2000; rate += 7) {
      for (const members of [10, 100, 1000, 10_000]) {
        const window = flushWindow(rate, members, 10);
        expect(window === 0 || (rate * window) / 1000 >= 0.9).toBe(true);
        expect(window).toBeLessThanOrEqual(10);
      }
    }
  });

  test('can be switched off', () => {
    expect(flushWindow(1e6, 1e6, 0)).toBe(0);
  });
});

describe('the estimate of a room’s rate', () => {
  test('comes near the true rate, and forgets it when the room falls silent', () => {
    const rate = new RateEstimate();
    expect(rate.at(1000)).toBe(0);
    for (let now = 0; now <= 2000; now += 10) rate.count(now);
    expect(rate.at(2000)).toBeGreaterThan(90);
    expect(rate.at(2000)).toBeLessThan(110);
    expect(rate.at(3000)).toBeLessThan(3);
    expect(rate.at(10_000)).toBeLessThan(0.01);
  });

  test('one publication is no rate', () => {
    const rate = new RateEstimate();
    rate.count(5000);
    expect(rate.at(5000)).toBeLessThan(5);
  });
});
