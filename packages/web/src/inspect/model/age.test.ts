import { expect, test } from 'vitest';
import { agesWith } from './age.ts';

const DAY = 86_400_000;
const words = (present: number, longest: number) => agesWith(present, longest).map(([, each]) => each);

test('W11 only ages are offered that the server takes', () => {
  expect(words(7 * DAY, 7 * DAY)).toEqual(['1 hour', '1 day', '7 days']);
  expect(words(DAY, 3 * DAY)).toEqual(['1 hour', '1 day', '3 days']);
  expect(words(DAY, 0)).toEqual(['1 hour', '1 day', '7 days', '30 days', '90 days', 'For ever']);
});

test('W11 the present age is among them, in its place', () => {
  expect(words(2 * DAY, 7 * DAY)).toEqual(['1 hour', '1 day', '2 days', '7 days']);
  expect(words(1000, 1000)).toEqual(['1 second']);
});
