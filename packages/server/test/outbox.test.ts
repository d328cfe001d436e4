import { io, type Socket } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { parseOutboxCommand, runOutboxCommand } from '../src/cli/outbox.ts';
import { answer, TestBackend } from './gateway/backend.ts';
import { SECRET } from './gateway/forwarding.ts';
import { aProblem, call, problemOf } from './support/http.ts';
import { serve, type TestServer } from './support/server.ts';

const KEY = 'a-key-of-the-operator';

/** A client whose events go to the backend. */
async function client(server: TestServer, userId = '42'): Promise<Socket> {
  const socket = io(`http://127.0.0.1:${server.port}`, { transports: ['websocket'], forceNew: true });
  onTestFinished(() => void socket.disconnect());
  await socket.emitWithAck('register', { userId });
  return socket;
}

/** A server in front of a backend that refuses events named "bad". */
async function gateway(settings: object = {}) {
  const backend = await TestBackend.start((delivery) => answer(delivery.event.event === 'bad' ? 422 : 200)(delivery));
  const server = await serve({ forwardUrl: backend.url, forwardSecret: SECRET, lifecycleGrace: 0, ...settings });
  return { backend, server };
}

const post = (server: TestServer, path: string, body: object, headers = {}) =>
  call(server.port, {
    method: 'POST',
    path: `/api/outbox/${path}`,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

test('G3.5 dead letters are listed page by page, sent again, and deleted', async () => {
  const { backend, server } = await gateway();
  const socket = await client(server);
  for (let i = 0; i < 5; i++) socket.emit('bad', { secret: i });
  socket.emit('good', 1);
  await backend.until(() => backend.deliveries.some(({ event }) => event.event === 'good'));
  const { json } = await server.get('/api/outbox?limit=3');
  const first = json as { deadLetters: { id: string }[]; cursor: string };
  expect(json).toMatchObject({ sink: new URL(backend.url).origin, breaker: 'closed', dead: 5 });
  expect(first.deadLetters).toHaveLength(3);
  expect(first.deadLetters[0]).toMatchObject({ userId: '42', event: 'bad', status: 422, attempts: 1 });
  expect(JSON.stringify(json)).not.toContain('secret');
  const second = (await server.get(`/api/outbox?limit=3&cursor=${first.cursor}`)).json as typeof first;
  expect([second.deadLetters.length, second.cursor]).toEqual([2, null]);
  const [{ id } = { id: '' }] = first.deadLetters;
  backend.behave = answer(200);
  expect((await post(server, 'redrive', { ids: [id] })).json).toEqual({ count: 1 });
  await backend.until(() => backend.ids().filter((one) => one === id).length === 2);
  expect((await post(server, 'purge', { all: true })).json).toEqual({ count: 4 });
  expect((await server.get('/api/outbox')).json).toMatchObject({ dead: 0, deadBytes: 0, deadLetters: [] });
  expect(await server.metric('roomcast_forward_dead_total')).toBe(5);
  expect(await server.metric('roomcast_outbox_dead_letters')).toBe(0);
  expect(await server.metric('roomcast_outbox_backend_reachable')).toBe(1);
});

test('G8.5 which dead letters must be said, and only that', async () => {
  const { server } = await gateway();
  for (const body of [{}, { all: false }, { ids: [] }, { ids: ['a'], all: true }, { ids: [1] }, { all: true, x: 1 }]) {
    expect(problemOf(await post(server, 'purge', body)), JSON.stringify(body)).toMatchObject({ status: 400 });
  }
  for (const query of ['limit=0', 'limit=501', 'cursor=x', 'cursor=-1']) {
    expect((await server.get(`/api/outbox?${query}`)).status, query).toBe(400);
  }
});

test('G8.2 the outbox is for operators', async () => {
  const { server } = await gateway({ apiKeys: KEY });
  expect(problemOf(await server.get('/api/outbox'))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  expect(problemOf(await post(server, 'purge', { all: true }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  const authorization = `Bearer ${KEY}`;
  expect((await server.get('/api/outbox', { authorization })).status).toBe(200);
  const page = { authorization, origin: `http://127.0.0.1:${server.port}` };
  expect((await post(server, 'purge', { all: true }, page)).status).toBe(403);
});

test('roomcast outbox shows and does the same from a shell', async () => {
  const { backend, server } = await gateway();
  const url = `--url=http://127.0.0.1:${server.port}`;
  const run = (...argv: string[]) => runOutboxCommand(parseOutboxCommand([...argv, url], {}));
  const socket = await client(server);
  socket.emit('bad', 1);
  socket.emit('good', 1);
  await backend.until(() => backend.deliveries.some(({ event }) => event.event === 'good'));
  const listed = await run('list');
  expect(listed).toMatch(/^Backend: http:\/\/127\.0\.0\.1:\d+, reachable\nWaiting: \d+ events/);
  expect(listed).toMatch(/\nDead letters: 1\n\S+ {2}\S+Z {2}42 {2}bad {2}The backend answered 422\n$/);
  const [, id = ''] = /letters: 1\n(\S+)/.exec(listed) ?? [];
  expect(await run('redrive', id)).toBe('1 dead letters are sent again.\n');
  expect(await run('purge', '--all')).toMatch(/^[01] dead letters were deleted/);
});

test('roomcast outbox says in a sentence what is wrong', async () => {
  const parse =
    (...argv: string[]) =>
    () =>
      parseOutboxCommand(argv, {});
  expect(parse()).toThrow('roomcast outbox list');
  expect(parse('redrive')).toThrow('--all');
  expect(parse('purge', 'a', '--all')).toThrow('--all');
  expect(parse('list', '--port')).toThrow('--port');
  expect(parse('list', '--url', 'x')).toThrow('--url');
  expect(parseOutboxCommand(['purge', 'a', '--key', 'k'], { ROOMCAST_API_KEY: 'e' })).toMatchObject({
    ids: ['a'],
    key: 'k',
  });
  const nobody = runOutboxCommand(parseOutboxCommand(['list', '--url', 'http://127.0.0.1:1'], {}));
  await expect(nobody).rejects.toThrow('No server answers at http://127.0.0.1:1');
  const { server } = await gateway({ apiKeys: KEY });
  const url = `http://127.0.0.1:${server.port}`;
  await expect(runOutboxCommand(parseOutboxCommand(['list', '--url', url], {}))).rejects.toThrow('API key');
  const env = { ROOMCAST_API_KEY: KEY };
  expect(await runOutboxCommand(parseOutboxCommand(['list', '--url', url], env))).toContain('Dead letters: 0');
});
