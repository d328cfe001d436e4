import { RoomcastError } from '@roomcast/client/chat';
import { ERRORS, type ErrorCode } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { ActionError } from './chat-model.ts';
import { actionError, refusalInWords, waitInWords } from './words.ts';

test('UI-008 every error of the protocol has words for people, without its code', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const words = refusalInWords(code, 'The server says why.');
    expect(words, code).toMatch(/^[A-Z].*\.$/);
    expect(words).not.toMatch(/[A-Z]{3}|_|payload/);
  }
});

test('where the server names what is wrong, its words are told', () => {
  expect(refusalInWords('VALIDATION_ERROR', 'Usernames have 3 to 20 characters.')).toBe(
    'Usernames have 3 to 20 characters.',
  );
  expect(refusalInWords('CONFLICT', '')).toBe('That name is taken.');
});

test('FR-019 what may work later says so, and when where that is known', () => {
  expect(refusalInWords('INTERNAL_ERROR', '')).toBe('Something went wrong on the server. Try again later.');
  expect(refusalInWords('RATE_LIMITED', '', 2300)).toBe('That was too fast. Try again in 3 seconds.');
});

test('waits are told in seconds, long ones in minutes', () => {
  expect([10, 1000, 89_000, 90_000, 120_001].map(waitInWords)).toEqual([
    '1 second',
    '1 second',
    '89 seconds',
    '2 minutes',
    '3 minutes',
  ]);
});

test('an error names the field of the form that it is about', () => {
  const fieldOf = (field: string) => actionError(new RoomcastError('VALIDATION_ERROR', 'No.', null, field)).field;
  expect(
    ['body.username', 'payload.name', 'body.currentPassword', 'body.newPassword', 'body.other'].map(fieldOf),
  ).toEqual(['username', 'name', 'password', 'newPassword', null]);
  const known = new ActionError('As it is.');
  expect(actionError(known)).toBe(known);
  expect(actionError(new TypeError('x is undefined')).message).toBe('Something went wrong.');
});
