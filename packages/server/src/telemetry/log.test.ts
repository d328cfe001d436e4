import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from './log.ts';

let folder: string;
let descriptor: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roomcast-log-'));
  descriptor = openSync(join(folder, 'stdout'), 'a');
});
// The logger closes the descriptor that it was given.
afterEach(() => rmSync(folder, { recursive: true }));

function create(options: Partial<Parameters<typeof createLogger>[0]> = {}, output = descriptor) {
  const config = { dataDir: folder, logLevel: 'info', logFormat: 'auto', logFile: true } as const;
  return createLogger({ ...config, logFileSize: 10_000_000, logFileCount: 10, ...options }, output);
}

const stdout = () => readFileSync(join(folder, 'stdout'), 'utf8');
const logs = () => readdirSync(join(folder, 'logs')).sort();
const logged = (name: string) => readFileSync(join(folder, 'logs', name), 'utf8');

test('D17 OR-001 OR-002 every line goes to standard output and to a file, as JSON where it is no terminal', async () => {
  const { log, close } = await create();
  log.info({ connectionId: 'c1', userId: null, roomId: 'bridge:lobby' }, 'joined');
  await close();
  expect(JSON.parse(stdout())).toMatchObject({
    level: 'info',
    connectionId: 'c1',
    roomId: 'bridge:lobby',
    msg: 'joined',
  });
  expect(logged('roomcast.1.log')).toBe(stdout());
});

test('D17 the pretty form is for people', async () => {
  const { log, close } = await create({ logFormat: 'pretty', logFile: false });
  log.warn({ connectionId: 'c1' }, 'slow');
  await close();
  expect(stdout()).toMatch(/^\[[\d:.]+\] WARN: slow \{"connectionId":"c1"\}\n$/);
});

test('lines below the level are left out', async () => {
  const { log, close } = await create({ logLevel: 'warn' });
  log.info('not this');
  log.error('this');
  await close();
  expect(stdout()).not.toContain('not this');
  expect(logged('roomcast.1.log')).toContain('"this"');
});

test('closing loses nothing', async () => {
  const { log, close } = await create({ logFileSize: 100_000, logFileCount: 100 });
  for (let index = 0; index < 20_000; index += 1) log.info({ index }, 'a line');
  await close();
  const lines = logs().flatMap((name) => logged(name).trimEnd().split('\n'));
  expect(new Set(lines).size).toBe(20_000);
  expect(stdout().trimEnd().split('\n')).toHaveLength(20_000);
});

test('what is logged after closing is dropped without an error', async () => {
  const { log, close } = await create();
  const closing = close();
  log.info('too late');
  await closing;
  log.child({ late: true }).fatal('far too late');
  expect(stdout() + logged('roomcast.1.log')).toBe('');
});

test('where nothing can be written, neither fatal lines nor closing hang', async () => {
  const full = openSync('/dev/full', 'a');
  const { log, close } = await create({}, full);
  log.fatal('the end');
  await close();
  await close();
  expect(logged('roomcast.1.log')).toContain('the end');
});

test('files rotate by size, and the oldest go, also those of earlier runs', async () => {
  for (let run = 1; run <= 6; run += 1) {
    const { log, close } = await create({ logFileSize: 2000, logFileCount: 3 });
    log.info({ filler: 'x'.repeat(2500) }, `run ${run}`);
    await vi.waitFor(() => expect(logs()).toContain(`roomcast.${run + 1}.log`));
    await vi.waitFor(() => expect(logs().length).toBeLessThanOrEqual(3));
    await close();
  }
  expect(logged('roomcast.6.log').includes('run 6')).toBe(true);
});

test('files are readable by their owner alone', async () => {
  const { log, close } = await create();
  log.info('a line');
  await close();
  expect(statSync(join(folder, 'logs')).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'logs', 'roomcast.1.log')).mode & 0o777).toBe(0o600);
});

test('secrets and contents that are logged by mistake are redacted', async () => {
  const { log, close } = await create();
  log.info({ apiKeys: ['hunter2'], req: { headers: { authorization: 'Bearer hunter2' } }, data: { text: 'hunter2' } });
  await close();
  expect(stdout()).not.toContain('hunter2');
  expect(stdout()).toContain('[redacted]');
});

test('a folder that cannot be made is an error at once', async () => {
  writeFileSync(join(folder, 'logs'), '');
  await expect(create()).rejects.toThrow(/EEXIST|ENOTDIR/);
});
