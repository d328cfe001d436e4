import { expect, test } from 'vitest';
import { Positions } from './positions.ts';

test('a room is come back to where it was left, unless that was its end', () => {
  const positions = new Positions();
  positions.keep('a', { key: 'm', pixels: 3 });
  expect(positions.of('a')).toEqual({ key: 'm', pixels: 3 });
  positions.keep('a', null);
  expect(positions.of('a')).toBeNull();
});

test('the rooms that were left longest ago are forgotten', () => {
  const positions = new Positions();
  for (let room = 0; room < 60; room += 1) positions.keep(`${room}`, { key: 'm', pixels: 0 });
  expect(positions.of('0')).toBeNull();
  expect(positions.of('59')).not.toBeNull();
});
