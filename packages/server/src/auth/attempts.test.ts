import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/core.ts';
import { ProblemError } from '../http/problem.ts';
import { Attempts } from './attempts.ts';

const WINDOW = 600_000;

const at = (address: string, isForwarded = false) => ({ address, isForwarded });

function attempts(limit = 2, registrations: number | 'auto' = 3) {
  const clock = new ManualClock();
  return { clock, attempts: new Attempts({ attempts: limit, window: WINDOW, registrations, clock }) };
}

/** How long one has to wait, 0 for an attempt that was let through. */
function waitOf(attempt: () => unknown): number {
  try {
    attempt();
    return 0;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'RATE_LIMITED')
      return Number(error.problem['retryAfter']);
    throw error;
  }
}

const addresses = (count: number) => Array.from({ length: count }, (_, i) => `192.0.2.${i}`);

test('D10 wrong passwords for one user from one address are slowed down, whatever the case of the name', () => {
  const { attempts: all, clock } = attempts();
  expect(waitOf(() => all.login('Ada', '192.0.2.1'))).toBe(0);
  expect(waitOf(() => all.login('ada', '192.0.2.1'))).toBe(0);
  expect(waitOf(() => all.login('ADA', '192.0.2.1'))).toBe(WINDOW / 2);
  expect(waitOf(() => all.login('ada', '192.0.2.2'))).toBe(0);
  clock.advance(WINDOW / 2);
  expect(waitOf(() => all.login('ada', '192.0.2.1'))).toBe(0);
});

test('D10 one address cannot try one password on many users', () => {
  const { attempts: all } = attempts();
  const waits = Array.from({ length: 11 }, (_, i) => waitOf(() => all.login(`user-${i}`, '192.0.2.1')));
  expect(waits.filter((wait) => wait > 0)).toHaveLength(1);
  expect(waitOf(() => all.login('user-99', '192.0.2.2'))).toBe(0);
});

test('D10 the addresses of one IPv6 network count as one', () => {
  const { attempts: all } = attempts(1);
  expect(waitOf(() => all.login('ada', '2001:db8::1'))).toBe(0);
  expect(waitOf(() => all.login('ada', '2001:db8::2'))).toBeGreaterThan(0);
});

test('D10 guessing from many addresses is slowed down, and the user still comes in from a known place', () => {
  const { attempts: all } = attempts();
  all.login('ada', '198.51.100.1').succeeded();
  const waits = addresses(25).map((address) => waitOf(() => all.login('ada', address)));
  expect(waits.filter((wait) => wait > 0)).toHaveLength(5);
  expect(waitOf(() => all.login('ada', '203.0.113.1'))).toBeGreaterThan(0);
  expect(waitOf(() => all.login('ada', '198.51.100.1'))).toBe(0);
});

test('D10 a success takes back the failures of that user, and not the others of the address', () => {
  const { attempts: all } = attempts();
  all.login('ada', '192.0.2.1');
  all.login('ada', '192.0.2.1').succeeded();
  expect(waitOf(() => all.login('ada', '192.0.2.1'))).toBe(0);
  expect(waitOf(() => all.login('ada', '192.0.2.1'))).toBe(0);
  const guesses = Array.from({ length: 20 }, (_, i) => {
    all.login('mallory', '192.0.2.9').succeeded();
    return waitOf(() => all.login(`user-${i}`, '192.0.2.9'));
  });
  expect(guesses.filter((wait) => wait === 0).length).toBeLessThanOrEqual(10);
});

test('D10 neighbours behind one address cannot lock out a user who has logged in there', () => {
  const { attempts: all } = attempts();
  all.login('ada', '192.0.2.1').succeeded();
  for (let i = 0; i < 50; i++) waitOf(() => all.login(`user-${i}`, '192.0.2.1'));
  expect(waitOf(() => all.login('bob', '192.0.2.1'))).toBeGreaterThan(0);
  expect(waitOf(() => all.login('ada', '192.0.2.1'))).toBe(0);
});

test('what came to nothing does not count', () => {
  const { attempts: all } = attempts(1);
  for (let i = 0; i < 10; i++) all.login('ada', '192.0.2.1').undone();
  expect(waitOf(() => all.login('ada', '192.0.2.1'))).toBe(0);
});

test('an attempt that is refused costs the other counts nothing', () => {
  const { attempts: all } = attempts(1);
  all.login('ada', '192.0.2.1');
  for (let i = 0; i < 100; i++) waitOf(() => all.login('ada', '192.0.2.1'));
  expect(waitOf(() => all.login('bob', '192.0.2.1'))).toBe(0);
});

test('accounts from one address are limited by the hour', () => {
  const { attempts: all, clock } = attempts();
  const register = () => waitOf(() => all.registration(at('192.0.2.1')));
  expect([register(), register(), register()]).toEqual([0, 0, 0]);
  expect(register()).toBe(1_200_000);
  expect(waitOf(() => all.registration(at('192.0.2.2')))).toBe(0);
  clock.advance(1_200_000);
  expect(register()).toBe(0);
});

test('D10 by default programs of this machine may create any number, but not who comes through a proxy on it', () => {
  const { attempts: all } = attempts(2, 'auto');
  const refused = (peer: { address: string; isForwarded: boolean }) =>
    Array.from({ length: 100 }, () => waitOf(() => all.registration(peer))).filter((wait) => wait > 0).length;
  expect(refused(at('127.0.0.1'))).toBe(0);
  expect(refused(at('127.0.0.1', true))).toBe(70);
  expect(refused(at('192.0.2.1'))).toBe(70);
});
