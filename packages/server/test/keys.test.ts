import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseKeysCommand, runKeysCommand } from '../src/cli/keys.ts';
import { keyFileOf, readKeyFile } from '../src/config/key-file.ts';
import { aProblem, problemOf } from './support/http.ts';
import { serve, type TestServer } from './support/server.ts';
import { TIMED } from './support/timed.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'roomcast-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What `roomcast keys …` prints for programs. */
async function keys(folder: string, ...argv: string[]): Promise<string> {
  return (await runKeysCommand(parseKeysCommand(argv), folder)).out.trimEnd();
}

async function create(folder: string, scopes: string): Promise<{ key: string; id: string }> {
  const key = await keys(folder, 'create', '--name', 'a backend', '--scopes', scopes);
  return { key, id: key.split('_')[1] ?? '' };
}

/** Waits until a key is answered so, which must take less than a second. */
async function untilStatus(server: TestServer, key: string, status: number): Promise<void> {
  const begun = performance.now();
  const ask = async () => expect((await server.get('/api/rooms', { 'x-api-key': key })).status).toBe(status);
  await vi.waitFor(ask, { timeout: 5000, interval: 20 });
  expect(performance.now() - begun).toBeLessThan(1000);
}

describe('keys', () => {
  test('G8.2 are kept as hashes, readable by their owner alone, and shown once', async () => {
    const folder = newFolder();
    const { key, id } = await create(folder, 'push');
    expect(key).toMatch(/^rck_[0-9a-f]{10}_[\w-]{43}$/);
    const text = readFileSync(keyFileOf(folder), 'utf8');
    expect(text).not.toContain(key.slice(15));
    expect(statSync(keyFileOf(folder)).mode & 0o777).toBe(0o600);
    const list = await keys(folder, 'list');
    expect(list).toMatch(new RegExp(`^${id} +rck_${id}_… +push +\\S+Z +a backend$`, 'm'));
    expect(list).not.toContain(key.slice(15));
  });

  test('G8.2 of several commands at a time all are made', async () => {
    const folder = newFolder();
    await Promise.all(Array.from({ length: 8 }, () => create(folder, 'read')));
    expect(await readKeyFile(keyFileOf(folder))).toHaveLength(8);
  });

  test('a command that is not one is refused with what is right', async () => {
    const folder = newFolder();
    expect(() => parseKeysCommand([])).toThrow(/roomcast keys create --name NAME/);
    expect(() => parseKeysCommand(['create'])).toThrow(/--name is missing/);
    expect(() => parseKeysCommand(['create', '--name', '--scopes'])).toThrow(/--name needs a value/);
    expect(() => parseKeysCommand(['create', '--name', 'a', '--scopes=pull'])).toThrow(/some of push, read, admin/);
    expect(() => parseKeysCommand(['revoke'])).toThrow(/Which key/);
    await expect(keys(folder, 'revoke', 'rck_0123456789_secret')).rejects.toThrow(/no key of this id/);
    expect(parseKeysCommand(['create', '--data-dir', 'd', '--name=n', '--port', '1'])).toEqual({
      action: 'create',
      name: 'n',
      scopes: ['push', 'read'],
      rest: ['--data-dir', 'd', '--port', '1'],
    });
  });

  test('G8.2 a running server takes a new key and refuses a revoked one within a second', TIMED, async () => {
    const dataDir = newFolder();
    const server = await serve({ dataDir });
    expect((await server.get('/api/rooms')).status).toBe(200);
    const { key, id } = await create(dataDir, 'read');
    await untilStatus(server, key, 200);
    expect(problemOf(await server.get('/api/rooms'))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    await keys(dataDir, 'revoke', id);
    await untilStatus(server, key, 401);
    // The last key is gone, and nobody who could not before can now.
    expect(problemOf(await server.get('/api/rooms'))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('G8.2 a server that starts after the last key was revoked is not open either', async () => {
    const dataDir = newFolder();
    const { id } = await create(dataDir, 'read');
    await keys(dataDir, 'revoke', id);
    const server = await serve({ dataDir });
    expect(problemOf(await server.get('/api/rooms'))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('G8.2 a file of keys that is broken keeps a server from starting, and leaves a running one its keys', async () => {
    const dataDir = newFolder();
    const { key } = await create(dataDir, 'read');
    const server = await serve({ dataDir });
    const good = readFileSync(keyFileOf(dataDir), 'utf8');
    writeFileSync(keyFileOf(dataDir), good.slice(0, 40));
    const line = await server.log.next(({ level }) => level === 'error', 'a line about the broken file');
    expect(line.msg).toBe('the API keys cannot be read; the former ones stay');
    expect((await server.get('/api/rooms', { 'x-api-key': key })).status).toBe(200);
    await expect(serve({ dataDir })).rejects.toThrow(/keys\.json is not a file of keys/);
  });

  test('G8.2 a key is good for its scopes alone, and the error names the one that is missing', async () => {
    const dataDir = newFolder();
    const [pushing, reading, admin] = [
      await create(dataDir, 'push'),
      await create(dataDir, 'read'),
      await create(dataDir, 'admin'),
    ];
    const server = await serve({ dataDir, apiKeys: 'a-key-of-some-length' });
    const emit = (key: string) => server.emit({ room: 'a', data: 1 }, { 'x-api-key': key });
    const look = (path: string, key: string) => server.get(path, { authorization: `Bearer ${key}` });
    for (const key of [pushing.key, admin.key, 'a-key-of-some-length']) expect((await emit(key)).status).toBe(200);
    const refusedEmit = await emit(reading.key);
    expect(problemOf(refusedEmit)).toEqual(aProblem(403, 'FORBIDDEN'));
    expect(refusedEmit.text).toContain('scope \\"push\\"');
    for (const path of ['/api/rooms', '/metrics', '/api/rooms/a/members', '/api/users/a/rooms']) {
      for (const key of [reading.key, admin.key]) expect((await look(path, key)).status).toBe(200);
      const refused = await look(path, pushing.key);
      expect(problemOf(refused)).toEqual(aProblem(403, 'FORBIDDEN'));
      expect(refused.text).toContain('scope \\"read\\"');
    }
  });

  test('a server without keys says how to make one', async () => {
    const advice = /roomcast keys create --name NAME/;
    const said = async (server: TestServer) =>
      (await server.log.next(({ msg }) => msg.startsWith('There are no API keys'), 'advice')).msg;
    expect(await said(await serve())).toMatch(/so every program of this machine may push and read/);
    const others = await said(await serve({ host: '0.0.0.0' }));
    expect(others).toMatch(/so no program may push or read/);
    expect(others).toMatch(advice);
    const keyed = await serve({ apiKeys: 'a-key-of-some-length' });
    await keyed.log.next(({ msg }) => msg === 'listening', 'the start');
    expect(keyed.log.waiting.filter(({ msg }) => advice.test(msg))).toEqual([]);
  });

  test('G8.2 refused keys are in the log, without the key', async () => {
    const server = await serve({ apiKeys: 'a-key-of-some-length' });
    await server.get('/api/rooms?secret=1', { 'x-api-key': 'a-wrong-key-of-length' });
    const line = await server.log.next(({ msg }) => msg === 'API request refused', 'the refusal');
    expect(line).toMatchObject({ level: 'warn', code: 'UNAUTHENTICATED', path: '/api/rooms', address: '127.0.0.1' });
    expect(JSON.stringify(line)).not.toMatch(/wrong-key|secret/);
  });
});
