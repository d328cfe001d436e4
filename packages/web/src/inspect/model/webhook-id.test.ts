import { expect, test } from 'vitest';
import { webhookIdFrom, webhookIdOfPath } from './webhook-id.ts';

test.each([['V1StGXR8_Z5jdHi6B-myT'], ['orders-staging'], ['orders.v2']])('W11 the id %s means that webhook', (id) => {
  expect(webhookIdFrom(` ${id} `)).toBe(id);
});

test.each([
  ['http://localhost:8080/hooks/orders'],
  ['https://example.org/hooks/orders/any/path?x=1#y'],
  ['HTTPS://example.org/inspect/orders?request=abc'],
  ['/hooks/orders'],
  ['/inspect/orders'],
  ['hooks/orders/deeper'],
])('W11 the address %s means the webhook orders', (text) => {
  expect(webhookIdFrom(text)).toBe('orders');
});

test.each([
  [''],
  ['  '],
  ['two words'],
  ['ab'],
  ['https://'],
  ['https://example.org/'],
  ['../etc/passwd'],
  ['x'.repeat(65)],
])('W11 %j means none', (text) => {
  expect(webhookIdFrom(text)).toBeNull();
});

test('W11 the path of the page names its webhook, and the start names none', () => {
  expect(webhookIdOfPath('/inspect/orders')).toBe('orders');
  expect(webhookIdOfPath('/inspect/orders/')).toBe('orders');
  expect(webhookIdOfPath('/inspect/a%20b')).toBe('a b');
  expect(webhookIdOfPath('/inspect/%E0%A4%A')).toBe('%E0%A4%A');
  expect([webhookIdOfPath('/inspect'), webhookIdOfPath('/inspect/')]).toEqual([null, null]);
});
