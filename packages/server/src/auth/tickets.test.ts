import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/core.ts';
import { Tickets } from './tickets.ts';

test('a ticket is good once', () => {
  const tickets = new Tickets(new ManualClock());
  const { ticket } = tickets.issue('session');
  expect(ticket).toMatch(/^[\w-]{43}$/);
  expect(tickets.redeem(ticket)).toBe('session');
  expect(tickets.redeem(ticket)).toBeNull();
  for (const wrong of ['', 'x', 'x'.repeat(43), 'x'.repeat(100_000)]) expect(tickets.redeem(wrong)).toBeNull();
});

test('a ticket is good for half a minute', () => {
  const clock = new ManualClock();
  const tickets = new Tickets(clock);
  const [first, second] = [tickets.issue('session'), tickets.issue('session')];
  expect(first.expiresAt - clock.now()).toBe(30_000);
  clock.advance(29_999);
  expect(tickets.redeem(first.ticket)).toBe('session');
  clock.advance(1);
  expect(tickets.redeem(second.ticket)).toBeNull();
});

test('tickets that nobody uses are forgotten, and one login has so many at a time', () => {
  const clock = new ManualClock();
  const tickets = new Tickets(clock);
  for (let i = 0; i < 20; i++) tickets.issue('session');
  expect(() => tickets.issue('session')).toThrow('20 tickets');
  tickets.issue('another');
  clock.advance(30_000);
  tickets.issue('session');
  expect(tickets.size).toBe(1);
});

test('there are so many tickets in all', () => {
  const tickets = new Tickets(new ManualClock());
  for (let i = 0; i < 10_000; i++) tickets.issue(`session ${i}`);
  expect(() => tickets.issue('one more')).toThrow('Too many tickets');
  expect(tickets.size).toBe(10_000);
});
