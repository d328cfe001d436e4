import { expect, test } from 'vitest';
import { Presence } from './presence.ts';

const device = (connectionId: string, userId: string | null = null) => ({ connectionId, userId, username: userId });

test('D8 several devices of a user are one person, who comes with the first and goes with the last', () => {
  const presence = new Presence();
  const [phone, laptop] = [device('1', 'ann'), device('2', 'ann')];
  expect(presence.add(phone)).toBe(phone);
  expect(presence.add(laptop)).toBeNull();
  expect(presence.list()).toEqual([phone]);
  expect(presence.remove(phone)).toBeNull();
  expect(presence.size).toBe(1);
  expect(presence.remove(laptop)).toMatchObject({ userId: 'ann' });
  expect({ size: presence.size, list: presence.list() }).toEqual({ size: 0, list: [] });
});

test('D8 anonymous connections are a person each, and are never taken for a user of that name', () => {
  const presence = new Presence();
  const [a, b, user] = [device('1'), device('2'), device('3', '1')];
  expect([presence.add(a), presence.add(b), presence.add(user)]).toEqual([a, b, user]);
  expect(presence.remove(a)).toBe(a);
  expect(presence.list()).toEqual([b, user]);
});

test('D8 who is not there cannot leave', () => {
  const presence = new Presence();
  expect(presence.remove(device('1'))).toBeNull();
  presence.add(device('1'));
  presence.remove(device('1'));
  expect(presence.remove(device('1'))).toBeNull();
});

test('D8 who comes back while expected has never been away', () => {
  const presence = new Presence();
  presence.add(device('1', 'ann'));
  const departure = presence.linger(device('1', 'ann'));
  expect(departure).not.toBeNull();
  expect(presence.list()).toHaveLength(1);
  expect(presence.add(device('2', 'ann'))).toBeNull();
  expect(departure && presence.expire(departure)).toBe(false);
  expect(presence.remove(device('2', 'ann'))).toMatchObject({ userId: 'ann' });
});

test('D8 who does not come back is gone once, and an older departure does not end a newer stay', () => {
  const presence = new Presence();
  presence.add(device('1', 'ann'));
  const first = presence.linger(device('1', 'ann'));
  presence.add(device('2', 'ann'));
  const second = presence.linger(device('2', 'ann'));
  if (!first || !second) throw new Error('nobody departed');
  expect(presence.expire(first)).toBe(false);
  expect(presence.expire(second)).toBe(true);
  expect(presence.expire(second)).toBe(false);
  expect(presence.size).toBe(0);
});
