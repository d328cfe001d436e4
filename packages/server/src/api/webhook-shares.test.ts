import { expect, test } from 'vitest';
import { Shares } from './webhook-shares.ts';

const newShares = () => new Shares({ of: 'searches', inAll: 5, each: 2 });

test('W11 an address gets its share, and a customer of IPv6 is one address', () => {
  const shares = newShares();
  const giveBack = shares.take('2001:db8::1');
  shares.take('2001:db8::2');
  expect(() => shares.take('2001:db8::3')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfter: 1000 }));
  giveBack();
  giveBack();
  shares.take('2001:db8::3');
  expect(() => shares.take('2001:db8::4')).toThrow();
  shares.take('192.0.2.1');
});

test('W11 all together have a bound, too', () => {
  const shares = newShares();
  const taken = ['a', 'a', 'b', 'b', 'c'].map((address) => shares.take(address));
  expect(() => shares.take('d')).toThrow(expect.objectContaining({ code: 'OVERLOADED', retryAfter: 1000 }));
  for (const giveBack of taken) giveBack();
  shares.take('d');
});

test('W11 what is more than a bound by itself can be had alone', () => {
  const shares = newShares();
  const giveBack = shares.take('a', 7);
  expect(() => shares.take('a')).toThrow('your address');
  expect(() => shares.take('b')).toThrow('try again later');
  giveBack();
  shares.take('a', 2);
});
