import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/roomcast.cjs', import.meta.url));
const KEY = 'a-very-secret-api-key';

let folder: string;
let running: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roomcast-cli-'));
  running = [];
});
afterEach(async () => {
  const alive = running.filter((child) => child.exitCode === null && child.signalCode === null);
  const deaths = alive.map((child) => once(child, 'exit'));
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all(deaths);
  rmSync(folder, { recursive: true });
});

function logFile(): string {
  return readFileSync(join(folder, '.roomcast', 'logs', 'roomcast.1.log'), 'utf8');
}

/** Starts the built product in an empty directory. */
function roomcast(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env });
  running.push(child);
  const seen = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    seen.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    seen.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...seen }));
  /** Waits until standard output holds what is looked for. */
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(seen.stdout);
      if (match !== null) return match;
      if (child.exitCode !== null) throw new Error(`ended before ${pattern}: ${seen.stdout}${seen.stderr}`);
      await Promise.race([once(child.stdout, 'data'), ended]);
    }
  };
  return { child, ended, until };
}

test('starting prints the addresses to open, and SIGTERM ends it in order with code 0', async () => {
  const { child, ended, until } = roomcast(['--port', '0']);
  const [, url] = await until(/^Roomcast is running: (http:\/\/127\.0\.0\.1:\d+\/)\n/m);
  await until(/^Webhooks: \S+\/inspect\n/m);
  await until(/^Room bridge: \S+\/bridge\?room=lobby\n/m);
  await until(/^HTTP API: \S+\/docs\n/m);
  expect((await fetch(url ?? '')).status).toBeLessThan(500);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(logFile()).toContain('"msg":"stopped"');
});

test('D17 SIGINT ends it too, and the echo of Ctrl-C under npm is not a second signal', async () => {
  const { child, ended, until } = roomcast(['start', '--port', '0']);
  await until(/Roomcast is running/);
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0, signal: null });
});

test('a second signal ends it at once', async () => {
  const { child, ended, until } = roomcast(['--port', '0', '--drain-delay', '1m']);
  await until(/Roomcast is running/);
  child.kill('SIGINT');
  await until(/"msg":"stopping"/);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 128 + 15 });
});

test('a reader of its output that goes away does not end it', async () => {
  const { child, ended, until } = roomcast(['--port', '0', '--drain-delay', '1ms']);
  await until(/"msg":"starting"/);
  child.stdout.destroy();
  await vi.waitFor(() => expect(logFile()).toContain('"msg":"listening"'), 10_000);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0 });
  expect(logFile()).toContain('"msg":"stopped"');
});

test('a second signal ends it at once, also where nobody reads its output any more', async () => {
  const { child, ended, until } = roomcast(['--port', '0', '--drain-delay', '1m']);
  await until(/Roomcast is running/);
  child.stdout.destroy();
  child.kill('SIGINT');
  await vi.waitFor(() => expect(logFile()).toContain('"msg":"stopping"'), 10_000);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 128 + 15 });
});

test('a port that is taken ends the start with one sentence and code 1', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, stderr } = await roomcast(['--port', String(port)]).ended;
  blocker.close();
  expect(stderr).toBe(
    `Port ${port} on 127.0.0.1 is taken by another program. Choose another with --port, or 0 for any free one.\n`,
  );
  expect(code).toBe(1);
});

test('a data directory that cannot be written ends the start with one sentence and code 1', async () => {
  writeFileSync(join(folder, 'file'), '');
  const { code, stderr } = await roomcast(['--data-dir', 'file/data']).ended;
  expect(stderr).toBe(
    `The data directory ${join(folder, 'file/data')} cannot be used: a part of the path is a file. ` +
      'Choose another with --data-dir.\n',
  );
  expect(code).toBe(1);
});

test('an address that this machine does not have ends the start with one sentence and code 1', async () => {
  const { code, stderr } = await roomcast(['--host', '192.0.2.1', '--port', '0', '--open']).ended;
  expect(stderr).toBe('192.0.2.1 is not an address of this machine. Choose another with --host.\n');
  expect(code).toBe(1);
});

test('mistakes in the configuration are listed together, nothing is started and nothing made', async () => {
  const { code, stdout, stderr } = await roomcast(['--prot', '1', '--tls-key', 'a.key'], { ROOMCAST_PORT: 'x' }).ended;
  expect(stderr.trimEnd().split('\n')).toHaveLength(3);
  expect(stderr).toContain('--prot is not an option (did you mean --port?)');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(existsSync(join(folder, '.roomcast'))).toBe(false);
});

test('G8.2 `roomcast keys create` prints a key and nothing else, and a running server takes it', async () => {
  const { until } = roomcast(['--port', '0']);
  const [, url] = await until(/^Roomcast is running: (\S+)\n/m);
  const { code, stdout, stderr } = await roomcast(['keys', 'create', '--name', 'shop']).ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^rck_[0-9a-f]{10}_[\w-]{43}\n$/) });
  expect(stderr).toMatch(/^The key "shop" \([0-9a-f]{10}\) may push, read\./);
  const headers = { authorization: `Bearer ${stdout.trim()}` };
  await vi.waitFor(async () => expect((await fetch(`${url}api/rooms`, { headers })).status).toBe(200), 5000);
  expect(logFile()).not.toContain(stdout.trim());
  const wrong = await roomcast(['keys', 'create', '--nam', 'shop']).ended;
  expect({ code: wrong.code, stderr: wrong.stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^--name is missing/),
  });
});

test('`roomcast config` prints the effective values with secrets masked', async () => {
  const { code, stdout } = await roomcast(['config', '--port', '9000'], { ROOMCAST_API_KEYS: KEY }).ended;
  expect(stdout).toMatch(/^port +9000 +from --port$/m);
  expect(stdout).toMatch(/^apiKeys +\*+ +from ROOMCAST_API_KEYS$/m);
  expect(stdout).not.toContain(KEY);
  expect(code).toBe(0);
});

test('secrets are not in the log', async () => {
  const { child, ended, until } = roomcast(['--port', '0', '--log-level', 'debug'], { ROOMCAST_API_KEYS: KEY });
  await until(/"msg":"configuration"/);
  await until(/Roomcast is running/);
  child.kill('SIGTERM');
  const { stdout } = await ended;
  expect(stdout + logFile()).not.toContain(KEY);
});

test('`--help` and `--version` answer whatever else is given', async () => {
  expect(await roomcast(['--help', '--prot']).ended).toMatchObject({ code: 0, stderr: '' });
  expect((await roomcast(['--version']).ended).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('an unknown command is answered with the one that was meant', async () => {
  expect(await roomcast(['cofnig']).ended).toMatchObject({
    code: 1,
    stderr: 'cofnig is not a command (did you mean config?); see roomcast --help\n',
  });
});
