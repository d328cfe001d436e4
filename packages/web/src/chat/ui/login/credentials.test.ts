import { expect, test } from 'vitest';
import { credentialFaults } from './credentials.ts';

test('D10a who registers hears the rules of names and passwords', () => {
  expect(credentialFaults({ username: 'a b', password: 'short' }, true)).toEqual({
    username: expect.stringContaining('Usernames'),
    password: expect.stringContaining('8'),
  });
  expect(credentialFaults({ username: 'ada', password: 'long enough' }, true)).toEqual({
    username: null,
    password: null,
  });
});

test('D10 who logs in hears only what is missing', () => {
  expect(credentialFaults({ username: 'x', password: 'y' }, false)).toEqual({ username: null, password: null });
  const faults = credentialFaults({ username: '', password: '' }, false);
  expect(faults.username).toContain('username');
  expect(faults.password).toContain('password');
});

test('FR-010 where a name is enough, no password is asked for', () => {
  expect(credentialFaults({ username: 'ada', password: null }, true).password).toBeNull();
});
