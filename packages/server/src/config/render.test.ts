import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadConfig } from './load.ts';
import { maskConfig } from './mask.ts';
import { flagOf, OPTION_KEYS, variableOf } from './options.ts';
import { renderReference } from './reference.ts';
import { renderConfig, renderHelp } from './render.ts';

const SECRET = 'a-very-secret-api-key';

test('the effective configuration shows each value and its source, and no secret', () => {
  const loaded = loadConfig({ argv: ['--port', '9000'], env: { ROOMCAST_API_KEYS: SECRET }, cwd: '/srv' });
  const text = renderConfig(loaded);
  expect(text).toMatch(/^port +9000 +from --port$/m);
  expect(text).toMatch(/^pingInterval +25s +default$/m);
  expect(text).toMatch(/^apiKeys +\*{8} +from ROOMCAST_API_KEYS$/m);
  expect(text + JSON.stringify(maskConfig(loaded.config))).not.toContain(SECRET);
});

test('the help names every option', () => {
  const help = renderHelp();
  for (const key of OPTION_KEYS) expect(help.replaceAll('--no-', '--')).toContain(`  ${flagOf(key)}`);
});

test('the help fits a terminal of 100 columns', () => {
  for (const line of renderHelp().split('\n')) expect(line.length).toBeLessThanOrEqual(118);
});

test('the reference is current: `npm run docs` has been run', () => {
  const page = new URL('../../../../docs/reference/configuration.md', import.meta.url);
  expect(readFileSync(page, 'utf8')).toBe(renderReference());
});

test('flags and variables follow from the key', () => {
  expect(flagOf('maxConnectionsPerAddress')).toBe('--max-connections-per-address');
  expect(variableOf('maxConnectionsPerAddress')).toBe('ROOMCAST_MAX_CONNECTIONS_PER_ADDRESS');
});
