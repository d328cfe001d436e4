import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateWindow } from './rate-window.ts';

test('SR-007 ten at once are taken, the eleventh is told when to come', () => {
  const window = new RateWindow(10, 1000);
  for (let i = 0; i < 10; i++) expect(window.take(5000)).toBe(0);
  expect(window.take(5001)).toBe(999);
  expect(window.take(5999)).toBe(1);
  expect(window.take(6000)).toBe(0);
});

test('SR-007 no limit means none', () => {
  const window = new RateWindow(0, 1000);
  for (let i = 0; i < 1000; i++) expect(window.take(1)).toBe(0);
});

test('SR-007 a large limit holds as a rate', () => {
  const window = new RateWindow(20_000, 1000);
  let taken = 0;
  for (let now = 0; now < 1000; now += 0.01) if (window.take(now) === 0) taken++;
  expect(taken).toBe(20_000);
});

test('SR-007 no period ever sees more than the limit, and whoever comes when told to is let in', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), steps, (limit, gaps) => {
      const window = new RateWindow(limit, 1000);
      const taken: number[] = [];
      let now = 777;
      for (const gap of gaps) {
        now += gap;
        const wait = window.take(now);
        if (wait > 0) {
          now += wait;
          expect(window.take(now)).toBe(0);
        }
        taken.push(now);
      }
      for (const [i, at] of taken.entries()) {
        expect(taken.slice(i).filter((other) => other < at + 1000).length).toBeLessThanOrEqual(limit);
      }
    }),
  );
});
