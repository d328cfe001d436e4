import { expect, test } from 'vitest';
import { isMetadata, isPublic } from './addresses.ts';

test('addresses of the internet are public', () => {
  for (const address of ['1.1.1.1', '9.255.255.255', '100.63.255.255', '172.15.0.1', '172.32.0.1', '193.0.0.1']) {
    expect(isPublic(address), address).toBe(true);
  }
  for (const address of ['2606:4700::1111', '2a00:1450:4001::1', '2400:cb00::1', '2620:fe::fe']) {
    expect(isPublic(address), address).toBe(true);
  }
});

test('W11 no other address is, in whichever clothes', () => {
  const inner = [
    ...['0.0.0.0', '0.1.2.3', '10.1.2.3', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.255'],
    ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1', '192.0.0.1', '192.0.2.1', '192.88.99.1'],
    ...['198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.1.1.1', '240.0.0.1'],
    ...['255.255.255.255', '168.63.129.16', '100.100.100.200'],
    ...['::', '::1', 'fc00::1', 'fd12:3456::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1'],
    // IPv4 within: mapped, compatible, NAT64 (both prefixes), translated, 6to4, Teredo.
    ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::127.0.0.1', '64:ff9b::8.8.8.8'],
    ...['64:ff9b:1::1', '::ffff:0:127.0.0.1', '2002:7f00:1::', '2002:808:808::1', '2001:0:1::1', '2001:0000::'],
    ...['2001:10::1', '2001:20::1', '2001:2::1', '2001:db8::1', '3fff::1', '100::1', '5f00::1', '4000::1'],
    ...['', 'localhost', '1.2.3', '2606:4700::1111.example', '::1 '],
  ];
  for (const address of inner) expect(isPublic(address), address).toBe(false);
});

test('W11 the metadata of clouds is nowhere to be had, in whichever clothes', () => {
  for (const address of [
    ...['169.254.169.254', '169.254.0.1', '100.100.100.200', '168.63.129.16', 'fe80::1', 'fe80::1%2', 'fd00:ec2::254'],
    ...['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '64:ff9b::169.254.169.254', '::169.254.169.254'],
    ...['0:0:0:0:0:ffff:a9fe:a9fe', '64:ff9b:1::a9fe:a9fe', '::ffff:0:a9fe:a9fe'],
  ]) {
    expect(isMetadata(address), address).toBe(true);
  }
  for (const address of ['127.0.0.1', '10.0.0.1', '::1', 'fd00::1', '::ffff:127.0.0.1', '100.100.100.201', '8.8.8.8']) {
    expect(isMetadata(address), address).toBe(false);
  }
});
