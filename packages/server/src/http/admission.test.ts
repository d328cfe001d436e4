import { expect, test } from 'vitest';
import { Admission } from './admission.ts';

const admission = (total: number, each = Number.POSITIVE_INFINITY) => new Admission({ total, perAddress: () => each });

test('D13 there are so many places in all', () => {
  const places = admission(2);
  expect([places.admit('a'), places.admit('b'), places.admit('c')]).toEqual(['admitted', 'admitted', 'full']);
  places.release('a');
  expect(places.admit('c')).toBe('admitted');
});

test('D13 and so many for each address, where an IPv6 customer has a /64', () => {
  const places = admission(100, 1);
  expect([places.admit('192.0.2.1'), places.admit('192.0.2.1')]).toEqual(['admitted', 'address_full']);
  expect(places.admit('2001:db8:1:2:3:4:5:6')).toBe('admitted');
  for (const same of ['2001:db8:1:2::', '2001:db8:1:2::9', '2001:db8:1:2:ffff::1']) {
    expect(places.admit(same)).toBe('address_full');
  }
  expect([places.admit('2001:db8:1:3::1'), places.admit('::1'), places.admit('::2')]).toEqual([
    'admitted',
    'admitted',
    'address_full',
  ]);
});

test('D17 addresses without connections are forgotten', () => {
  const places = admission(100, 5);
  const addresses = ['192.0.2.1', '192.0.2.1', '2001:db8::1', '2001:db8::2'];
  for (const address of addresses) places.admit(address);
  expect({ total: places.total, addresses: places.addresses }).toEqual({ total: 4, addresses: 2 });
  for (const address of addresses) places.release(address);
  expect({ total: places.total, addresses: places.addresses }).toEqual({ total: 0, addresses: 0 });
});
