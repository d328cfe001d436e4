import { expect, test } from 'vitest';
import { RoomcastError } from './errors.ts';
import { Outbox, type OutboxEntry } from './outbox.ts';

function entry(roomId: string, clientMessageId: string, reject: OutboxEntry['reject'] = () => {}): OutboxEntry {
  return { roomId, clientMessageId, payload: '{}', resolve: () => {}, reject, sent: false };
}

function outboxOf(...entries: OutboxEntry[]): Outbox {
  const outbox = new Outbox(10);
  for (const each of entries) outbox.add(each);
  return outbox;
}

test('D16 gives out what waits in the order in which it came, up to the window', () => {
  const [a, b, c] = [entry('r', 'a'), entry('r', 'b'), entry('r', 'c')];
  const outbox = outboxOf(a, b, c);
  expect(outbox.next('r', 2)).toBe(a);
  a.sent = true;
  expect(outbox.next('r', 2)).toBe(b);
  b.sent = true;
  expect(outbox.next('r', 2)).toBeNull();
  outbox.remove(a);
  expect(outbox.next('r', 2)).toBe(c);
});

test('D16 after a lost connection everything unanswered is due again, from the oldest on', () => {
  const [a, b] = [entry('r', 'a'), entry('r', 'b')];
  const outbox = outboxOf(a, b);
  a.sent = true;
  b.sent = true;
  outbox.unsend();
  expect(outbox.next('r', 16)).toBe(a);
});

test('one that was refused goes before those behind it, once those on their way are answered', () => {
  const [a, b] = [entry('r', 'a'), entry('r', 'b')];
  const outbox = outboxOf(a, b);
  b.sent = true;
  expect(outbox.next('r', 1)).toBeNull();
  b.sent = false;
  expect(outbox.next('r', 1)).toBe(a);
});

test('rooms do not wait for each other', () => {
  const [a, b] = [entry('r', 'a'), entry('s', 'b')];
  const outbox = outboxOf(a, b);
  a.sent = true;
  expect(outbox.next('r', 1)).toBeNull();
  expect(outbox.next('s', 1)).toBe(b);
});

test('takes no more than its limit, and again once something was answered', () => {
  const outbox = new Outbox(1);
  const first = entry('r', 'a');
  expect(outbox.add(first)).toBe(true);
  expect(outbox.add(entry('s', 'b'))).toBe(false);
  expect(outbox.remove(first)).toBe(true);
  expect(outbox.remove(first)).toBe(false);
  expect(outbox.isEmpty('r')).toBe(true);
  expect(outbox.add(entry('s', 'b'))).toBe(true);
});

test('rejects what is chosen and keeps the rest', () => {
  const rejected: string[] = [];
  const outbox = outboxOf(
    entry('r', 'a', ({ code }) => rejected.push(code)),
    entry('s', 'b'),
  );
  outbox.reject(new RoomcastError('LEFT', 'left'), ({ roomId }) => roomId === 'r');
  expect(rejected).toEqual(['LEFT']);
  expect(outbox.size).toBe(1);
  expect(outbox.has('s', 'b')).toBe(true);
  expect(outbox.has('r', 'a')).toBe(false);
});
