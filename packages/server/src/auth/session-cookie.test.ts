import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { noSessionCookie, readSessionCookie, sessionCookie } from './session-cookie.ts';

function withCookie(cookie?: string): IncomingMessage {
  return { headers: { cookie } } as IncomingMessage;
}

test('SR-006 over TLS the cookie is bound to this host and never sent without TLS', () => {
  const attributes = 'Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict';
  expect(sessionCookie('token', 60_999, true)).toBe(`__Host-roomcast_session=token; ${attributes}`);
  expect(sessionCookie('token', 60_999, false)).toBe(
    'roomcast_session=token; Max-Age=60; Path=/; HttpOnly; SameSite=Strict',
  );
});

test('the cookie is taken away under the name under which it was given', () => {
  expect(noSessionCookie(true)).toMatch(/^__Host-roomcast_session=; Max-Age=0; Path=\/; .*Secure/);
  expect(noSessionCookie(false)).toMatch(/^roomcast_session=; Max-Age=0; Path=\/; /);
});

test('only the cookie that fits the connection is read', () => {
  const both = withCookie('theme=dark; roomcast_session=plain; __Host-roomcast_session=secure');
  expect(readSessionCookie(both, true)).toBe('secure');
  expect(readSessionCookie(both, false)).toBe('plain');
  expect(readSessionCookie(withCookie('roomcast_session=plain'), true)).toBeNull();
  for (const other of [undefined, '', 'a=roomcast_session', 'xroomcast_session=x', ';;;=']) {
    expect(readSessionCookie(withCookie(other), false)).toBeNull();
  }
});
