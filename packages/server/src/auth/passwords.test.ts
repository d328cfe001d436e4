import { parseOptions } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { Passwords } from './passwords.ts';

test('D10 a password is kept as an argon2id hash with a salt of its own', async () => {
  const passwords = new Passwords();
  const [first, second] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(parseOptions(first)).toMatchObject({ saltLen: 16, outputLen: 32 });
  expect(first).not.toBe(second);
  expect(await passwords.verify(first, 'correct horse')).toBe(true);
  expect(await passwords.verify(second, 'correct horse')).toBe(true);
  expect(await passwords.verify(first, 'correct horsf')).toBe(false);
});

test('D10a a password is what was typed: white space, case and the form of letters count, their encoding does not', async () => {
  const passwords = new Passwords();
  const known = await passwords.hash(' café ² 🎉 ');
  expect(await passwords.verify(known, ' cafe\u0301 ² 🎉 ')).toBe(true);
  for (const other of ['café ² 🎉', ' café 2 🎉 ', ' Café ² 🎉 ']) {
    expect(await passwords.verify(known, other)).toBe(false);
  }
});

test('nobody is let in where there is no hash, whatever the password', async () => {
  const passwords = new Passwords();
  for (const guess of ['', 'password', 'pässword12']) expect(await passwords.verify(null, guess)).toBe(false);
});

test('a flood of logins is refused past a bound, and those that wait are served', async () => {
  const passwords = new Passwords();
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => passwords.verify(null, 'password')));
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(34);
  expect(refused[0]).toMatchObject({ reason: { problem: { code: 'OVERLOADED', status: 503 } } });
  expect(await passwords.verify(null, 'password')).toBe(false);
});
