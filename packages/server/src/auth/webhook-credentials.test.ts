import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { ProblemError } from '../http/problem.ts';
import { bearerSecretOf, passwordOf, secretsOf } from './webhook-credentials.ts';

const requestWith = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;

test('secrets are in their header, with commas between them, or a bearer token of their form', () => {
  expect(secretsOf(requestWith({}))).toEqual([]);
  expect(secretsOf(requestWith({ 'x-webhook-secret': ' whsec_a ,, whsec_b,' }))).toEqual(['whsec_a', 'whsec_b']);
  expect(secretsOf(requestWith({ authorization: 'bearer  whsec_a ' }))).toEqual(['whsec_a']);
  expect(secretsOf(requestWith({ authorization: 'Bearer another' }))).toEqual([]);
  expect(secretsOf(requestWith({ 'x-webhook-secret': '', authorization: 'Bearer whsec_a' }))).toEqual([]);
});

test('a bearer token that begins as a secret is none of the API keys, however it goes on', () => {
  expect(bearerSecretOf(requestWith({ authorization: 'Bearer whsec_' }))).toBe('whsec_');
  expect(bearerSecretOf(requestWith({ authorization: 'Bearer whsec_a b' }))).toBeNull();
});

test('more secrets than a hundred are refused', () => {
  const showing = (count: number) => requestWith({ 'x-webhook-secret': Array(count).fill('whsec_a').join(',') });
  expect(secretsOf(showing(100))).toHaveLength(100);
  expect(() => secretsOf(showing(101))).toThrow(ProblemError);
});

test('a password is in its header in UTF-8, or else ISO 8859-1', () => {
  expect(passwordOf(requestWith({}))).toBeUndefined();
  const utf8 = Buffer.from('pässwörd').toString('latin1');
  expect(passwordOf(requestWith({ 'x-webhook-password': utf8 }))).toBe('pässwörd');
  expect(passwordOf(requestWith({ 'x-webhook-password': 'p\u00e4ss' }))).toBe('päss');
});
