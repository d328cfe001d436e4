import { expect, test } from 'vitest';
import { connectionLimits } from './limits.ts';
import { loadConfig } from './load.ts';

function limits(...argv: string[]) {
  return connectionLimits(loadConfig({ argv, env: {}, cwd: '/' }).config, 1000);
}

test('D13 by default connections take 65 % of the file descriptors, half of that per address, loopback excepted', () => {
  const { total, perAddress } = limits();
  expect(total).toBe(650);
  expect(perAddress('192.0.2.1')).toBe(325);
  expect(perAddress('127.0.0.1')).toBe(Number.POSITIVE_INFINITY);
  expect(perAddress('::1')).toBe(Number.POSITIVE_INFINITY);
  expect(perAddress('::ffff:127.0.0.1')).toBe(Number.POSITIVE_INFINITY);
});

test('D13 given limits hold for every address, and 0 means none', () => {
  const given = limits('--max-connections', '100', '--max-connections-per-address', '7');
  expect(given.total).toBe(100);
  expect(given.perAddress('127.0.0.1')).toBe(7);
  expect(limits('--max-connections-per-address', '0').perAddress('192.0.2.1')).toBe(Number.POSITIVE_INFINITY);
});
