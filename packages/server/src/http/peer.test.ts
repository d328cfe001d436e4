import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { isForwarded, Peers } from './peer.ts';

/** As much of a request as is looked at. */
function request(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

const from = (address: string, forwarded: string) => request(address, { 'x-forwarded-for': forwarded });

test('D13 without trusted proxies the peer is who it is, whatever it says', () => {
  const peers = new Peers([]);
  expect(peers.addressOf(from('192.0.2.1', '10.0.0.1'))).toBe('192.0.2.1');
  expect(peers.addressOf(request('::ffff:192.0.2.1'))).toBe('192.0.2.1');
});

test('D13 behind trusted proxies it is the last address that is not one of theirs', () => {
  const peers = new Peers(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
  expect(peers.addressOf(from('127.0.0.1', '192.0.2.7'))).toBe('192.0.2.7');
  expect(peers.addressOf(from('127.0.0.1', '1.1.1.1, 192.0.2.7, 10.1.2.3'))).toBe('192.0.2.7');
  expect(peers.addressOf(from('fd00::1', ' 2001:db8::1 ,10.0.0.9'))).toBe('2001:db8::1');
  expect(peers.addressOf(from('::ffff:127.0.0.1', '::ffff:192.0.2.7'))).toBe('192.0.2.7');
  expect(peers.addressOf(from('192.0.2.1', '1.1.1.1'))).toBe('192.0.2.1');
  expect(peers.addressOf(from('127.0.0.1', '10.0.0.1, 10.0.0.2'))).toBe('10.0.0.1');
});

test('D13 the ports that some proxies add to addresses are no part of them', () => {
  const peers = new Peers(['127.0.0.1', '10.0.0.0/8']);
  expect(peers.addressOf(from('127.0.0.1', '192.0.2.7:5678'))).toBe('192.0.2.7');
  expect(peers.addressOf(from('127.0.0.1', '[2001:db8::1]:80'))).toBe('2001:db8::1');
  expect(peers.addressOf(from('127.0.0.1', '[2001:db8::1]'))).toBe('2001:db8::1');
  expect(peers.addressOf(from('127.0.0.1', '[::ffff:192.0.2.7]:443, 10.0.0.1:8080'))).toBe('192.0.2.7');
});

test('D13 what is no address ends the chain', () => {
  const peers = new Peers(['127.0.0.1']);
  for (const nonsense of [
    '',
    'unknown',
    '_hidden',
    '192.0.2.1:',
    '192.0.2:80',
    '[192.0.2.1',
    '2001:db8::1]:80',
    '1.1.1.1:80:80',
    '<script>',
    ',',
  ]) {
    expect(peers.addressOf(from('127.0.0.1', nonsense))).toBe('127.0.0.1');
  }
});

test('every header that a proxy leaves betrays it', () => {
  for (const name of ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'x-client-ip']) {
    expect(isForwarded(request('127.0.0.1', { [name]: '' }))).toBe(true);
  }
  expect(isForwarded(request('127.0.0.1', { 'x-request-id': '1', host: 'localhost' }))).toBe(false);
});

test('SR-006 a request is secure where it came by TLS, or where a trusted proxy says so', () => {
  const peers = new Peers(['127.0.0.1']);
  const over = (address: string, proto: string) => peers.isSecure(request(address, { 'x-forwarded-proto': proto }));
  expect([over('127.0.0.1', 'https'), over('127.0.0.1', 'HTTPS, http'), over('::ffff:127.0.0.1', 'https')]).toEqual([
    true,
    true,
    true,
  ]);
  expect([over('127.0.0.1', 'http'), over('127.0.0.1', ''), over('192.0.2.1', 'https')]).toEqual([false, false, false]);
  expect(peers.isSecure(request('192.0.2.1'))).toBe(false);
  expect(peers.isSecure({ socket: { encrypted: true }, headers: {} } as unknown as IncomingMessage)).toBe(true);
});
