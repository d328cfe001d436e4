import { expect, test } from 'vitest';
import { type PublishResult, Session, Sessions } from './session.ts';

const result = (offset: number): PublishResult => ({
  offset,
  epoch: 'e',
  timestamp: 0,
  level: 'delivered',
  delivered: 0,
  duplicate: false,
});

test('D5 a session knows what it has sent, by room and message id', () => {
  const session = new Session('s');
  session.accept('live:a', 'm 1', result(1));
  expect(session.accepted('live:a', 'm 1')).toEqual(result(1));
  expect(session.accepted('live:b', 'm 1')).toBeUndefined();
  expect(session.accepted('live:a', 'm 2')).toBeUndefined();
});

test('D17 a session remembers its latest 256 messages', () => {
  const session = new Session('s');
  for (let n = 1; n <= 300; n++) session.accept('live:a', `${n}`, result(n));
  expect(session.size).toBe(256);
  expect(session.accepted('live:a', '44')).toBeUndefined();
  expect(session.accepted('live:a', '45')).toEqual(result(45));
  expect(session.accepted('live:a', '300')).toEqual(result(300));
});

test('D16 a session waits for its client, and D17 is forgotten when it does not come back', () => {
  let now = 0;
  const sessions = new Sessions({ now: () => now, lifetime: 1000 });
  const session = sessions.resume('a');
  session.accept('live:a', '1', result(1));
  sessions.leave(session);
  now = 999;
  sessions.sweep();
  expect(sessions.resume('a')).toBe(session);
  now = 5000;
  sessions.sweep();
  expect(sessions.size).toBe(1); // in use
  sessions.leave(session);
  now = 6000;
  sessions.sweep();
  expect(sessions.size).toBe(0);
});

test('D17 a session that remembers nothing is gone with its connection', () => {
  const sessions = new Sessions({ now: () => 0 });
  for (let n = 0; n < 1000; n++) sessions.leave(sessions.resume(`s${n}`));
  expect(sessions.size).toBe(0);
});

test('D17 beyond the bound those who left first are forgotten, never one in use', () => {
  const sessions = new Sessions({ now: () => 0, maxIds: 10 });
  const used = sessions.resume('used');
  for (let n = 0; n < 5; n++) used.accept('live:a', `${n}`, result(n));
  for (const id of ['first', 'second']) {
    const session = sessions.resume(id);
    for (let n = 0; n < 3; n++) session.accept('live:a', `${n}`, result(n));
    sessions.leave(session);
  }
  expect(sessions.resume('second').size).toBe(3);
  expect(sessions.resume('first').size).toBe(0);
  expect(used.size).toBe(5);
});
