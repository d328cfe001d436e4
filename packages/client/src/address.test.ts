import { afterEach, expect, test, vi } from 'vitest';
import { socketAddress } from './address.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['ws://host:8080', 'ws://host:8080/ws'],
  ['http://host:8080', 'ws://host:8080/ws'],
  ['https://host/', 'wss://host/ws'],
  ['wss://host/base/', 'wss://host/base/ws'],
  ['https://host/base?ticket=1#part', 'wss://host/base/ws?ticket=1'],
])('%s is connected to at %s', (url, address) => {
  expect(socketAddress(url)).toBe(address);
});

test('in a page the server is by default the one that the page came from', () => {
  vi.stubGlobal('location', { origin: 'https://example.org' });
  expect(socketAddress(undefined)).toBe('wss://example.org/ws');
});

test('without a page and a URL it says what is missing', () => {
  expect(() => socketAddress(undefined)).toThrow(/needs the URL/);
});
