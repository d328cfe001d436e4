import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { signatureOf } from '../packages/server/src/auth/signatures.ts';
import { Api } from '../packages/server/test/support/api.ts';
import { Backend } from '../packages/server/test/support/backend.ts';
import { NativeClient } from '../packages/server/test/support/native.ts';
import { Socket } from '../packages/server/test/support/socket.ts';
import { SocketIoClient } from '../packages/server/test/support/socketio.ts';
import { forge, hmac } from '../packages/server/test/support/tokens.ts';
import { poll } from './support/poll.ts';
import { loggedTo, Secrets } from './support/secrets.ts';
import { type RunningServer, startServer } from './support/server.ts';

const LAUNCHER = fileURLToPath(new URL('../packages/server/bin/roomcast.cjs', import.meta.url));
const LOGGING = ['--log-level', 'trace', '--log-format', 'json', '--log-file'];

async function start(flags: readonly string[]): Promise<RunningServer> {
  const server = await startServer([...LOGGING, ...flags]);
  onTestFinished(() => server.stop());
  return server;
}

/** Ends the server, so that all is written, and looks through it. */
async function expectNothing(server: RunningServer, secrets: Secrets, lines: readonly RegExp[]): Promise<void> {
  await server.end('SIGTERM');
  const files = loggedTo(server.directory);
  // That these are there shows that what was looked for could have been.
  for (const line of lines) for (const text of [files, server.printed()]) expect(text).toMatch(line);
  expect(files).not.toContain('"suppressed"');
  expect({ printed: secrets.foundIn(server.printed()), files: secrets.foundIn(files) }).toEqual({
    printed: [],
    files: [],
  });
}

test('a secret in a log would be found, however it is written', () => {
  const secrets = new Secrets();
  const value = secrets.make('it');
  const forms = [value, `${value.slice(0, 20)}…`, `…${value.slice(-20)}`, Buffer.from(value).toString('hex')];
  const encoded = ['', 'u:', 'us:', 'use:'].map((user) => Buffer.from(`${user}${value}!`).toString('base64'));
  for (const form of [...forms, ...encoded]) expect(secrets.foundIn(`{"key":"${form}"}`)).toEqual(['it']);
  expect(secrets.foundIn('nothing of it')).toEqual([]);
});

test('G8.3 no secret and no content of clients and backends is in the log, at its finest level', async () => {
  const secrets = new Secrets();
  const backend = await Backend.start();
  const jwtSecret = secrets.make('jwtSecret');
  const pushSecret = secrets.make('pushSecret');
  const apiKey = secrets.make('apiKeys');
  const forwardUrl = new URL(backend.url);
  forwardUrl.username = 'roomcast';
  forwardUrl.password = secrets.make('the password of forwardUrl');
  forwardUrl.search = `?hook=${secrets.make('the query of forwardUrl')}`;
  const server = await start([
    ...['--jwt-secret', jwtSecret, '--push-secret', pushSecret, '--api-keys', apiKey],
    ...['--forward-url', forwardUrl.href, '--forward-secret', secrets.make('forwardSecret')],
    ...['--forward-reply', 'backend'],
  ]);
  const api = new Api(server.port);
  const content = (name: string): object => ({ text: secrets.make(name) });

  await useAccounts(api, secrets, content);
  const token = (name: string, claims: object, key = jwtSecret): string => {
    const all = {
      sub: 'ada',
      exp: Date.now() / 1000 + 600,
      email: secrets.make(`${name} (an inner claim)`),
      ...claims,
    };
    return secrets.addToken(name, forge({ alg: 'HS256', typ: 'JWT' }, all, hmac(key)));
  };
  const wrong = {
    'a forged token': token('a forged token', {}, secrets.make('a wrong secret')),
    'an expired token': token('an expired token', { exp: 1000 }),
    'a token of nobody': token('a token of nobody', { sub: 7 }),
    'no token at all': secrets.make('no token at all'),
  };
  const invented = () => ({ pid: secrets.make('an invented pid'), offset: 'aaaaaaaa.1.1' });
  for (const bad of Object.values(wrong)) {
    await new SocketIoClient(api, { auth: { token: bad, ...invented() } }).refused();
  }
  await SocketIoClient.connect(api, { auth: { token: token('a token with a pid', {}), ...invented() } });
  const ada = await SocketIoClient.connect(api, { auth: { token: token('a good token', {}) } });
  await ada.register('ada');
  for (const bad of Object.values(wrong)) await ada.ask('authenticate', { token: bad });
  await ada.ask('authenticate', { token: token('a newer token', {}) });
  await ada.ask('register', { userId: 'eve', password: secrets.make('more than was asked for') });
  const native = await NativeClient.connect(api);
  for (const bad of Object.values(wrong)) await native.ask('register', { userId: 'ada', token: bad });
  await native.ask('register', { userId: 'ada', token: token('the token of a native client', {}) });

  backend.answers.set('order', {
    body: { ack: content('an answer'), push: [{ userId: 'ada', ...push(content('a push in an answer')) }] },
  });
  backend.answers.set('wrong_push', {
    body: { push: [{ userId: secrets.make('a push without a name') }, content('no push')] },
  });
  backend.answers.set('refused', { status: 422, body: content('a refusal') });
  await ada.ask('order', content('an order'));
  await ada.next('order_taken');
  await ada.ask('order', Buffer.from(secrets.make('binary content')));
  await ada.ask('wrong_push', content('an order with a wrong answer'));
  await ada.ask('refused', content('an order that is refused'));
  await native.ask('order', content('an order of a native client'));
  backend.answers.set('failed', { status: 500, body: content('a fault') });
  ada.socket.emit('failed', content('an order that fails'));
  await poll(() => server.printed()).toContain('The backend answered 500');
  backend.answers.delete('failed');
  await ada.join('live:news');
  await ada.ask('publish', { roomId: 'live:news', data: content('a publication') });
  await ada.ask('publish', { roomId: 'live:elsewhere', data: content('a publication that is refused') });

  await usePushes(api, server.directory, secrets, pushSecret, apiKey, content);
  await useBrokenInput(api, secrets);

  // Clients come back by their pid, to this process and, from the disk, to the next one, which has not the news.
  await ada.ask('leave_room', { roomId: 'live:news' });
  const { _pid: pid } = ada.socket as unknown as { readonly _pid: string };
  secrets.add('the pid of a session', pid);
  await ada.drop();
  await ada.return();
  await server.end('SIGKILL');
  await server.startAgain();
  await ada.states.next(({ state }) => state === 'disconnect');
  await ada.return();
  expect(ada.socket.recovered).toBe(true);

  await expectNothing(server, secrets, [
    /"level":"debug"/,
    /user registered|account|login/i,
    /API request refused/,
    /The backend refused an event/,
    /The backend's push failed/,
    /session recovered/,
  ]);
});

test.each(['redis', 'amqp', 'nats', 'kafka', 'https'])(
  'G8.3 the password of a %s:// address is not in the log, though nobody answers there',
  async (protocol) => {
    const secrets = new Secrets();
    const password = secrets.make('the password');
    const server = await start(['--forward-url', `${protocol}://user:${password}@127.0.0.1:1/0`]);
    const client = await SocketIoClient.connect(new Api(server.port));
    await client.register('ada');
    await client.ask('order', { text: secrets.make('an order') });
    await poll(() => server.printed()).toContain('The backend did not take an event');
    await expectNothing(server, secrets, [/"level":"warn"/]);
  },
);

test('G8.3 no secret is printed where the configuration is shown or wrong', () => {
  const secrets = new Secrets();
  const folder = mkdtempSync(join(tmpdir(), 'roomcast-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const secret = (name: string, length = 48): string => secrets.make(name).slice(0, length);
  const good = {
    ROOMCAST_JWT_SECRET: secret('jwtSecret'),
    ROOMCAST_PUSH_SECRET: secret('pushSecret'),
    ROOMCAST_FORWARD_SECRET: secret('forwardSecret'),
    ROOMCAST_API_KEYS: secret('apiKeys'),
    ROOMCAST_FORWARD_URL: `redis://user:${secret('forwardUrl')}@127.0.0.1/0`,
  };
  const bad = [
    { ROOMCAST_JWT_SECRET: secret('a short secret', 20) },
    { ROOMCAST_FORWARD_URL: `ftp://user:${secret('another scheme')}@127.0.0.1/0` },
    { ROOMCAST_FORWARD_URL: `not an address ${secret('no address')}` },
    { ROOMCAST_JWKS_URL: `https://user:${secret('jwksUrl')}@127.0.0.1/keys` },
    { ROOMCAST_JWT_PUBLIC_KEY: `-----BEGIN PRIVATE KEY-----\n${secret('a private key')}\n-----END PRIVATE KEY-----` },
  ];
  for (const [index, env] of [good, ...bad].entries()) {
    const { status, text } = configOf(folder, env);
    expect({ env, status }).toEqual({ env, status: index === 0 ? 0 : 1 });
    expect(secrets.foundIn(text)).toEqual([]);
  }
});

/** Passwords, sessions, tickets and messages of the chat. */
async function useAccounts(api: Api, secrets: Secrets, content: (name: string) => object): Promise<void> {
  const [password, other] = [secrets.make('a password'), secrets.make('the next password')];
  const login = async (path: string, name: string, given: string) => {
    const { json } = await api.send('POST', `/api/auth/${path}`, { username: 'ada', password: given });
    const { token } = json as { readonly token?: string };
    return token === undefined ? '' : secrets.add(name, token);
  };
  const first = await login('register', 'the first session', password);
  const session = (await login('login', 'a session', password)) || first;
  await login('login', 'nothing', secrets.make('a wrong password'));
  const bearer = { authorization: `Bearer ${session}` };
  await api.send('POST', '/api/auth/password', { currentPassword: password, newPassword: other }, bearer);
  const again = await login('login', 'a session of the next password', other);
  const headers = { authorization: `Bearer ${again}` };
  for (const wrong of [secrets.make('a wrong session'), session.replace(/^..../, 'AAAA')]) {
    await api.get('/api/auth/me', { authorization: `Bearer ${wrong}` });
    await api.get('/api/auth/me', { cookie: `roomcast_session=${wrong}; __Host-roomcast_session=${wrong}` });
  }
  const { json } = await api.send('POST', '/api/auth/ticket', '{}', headers);
  const ticket = secrets.add('a ticket', (json as { readonly ticket: string }).ticket);
  const chat = await NativeClient.connect(api, {}, `/ws/chat?ticket=${ticket}`);
  for (const wrong of [ticket, secrets.make('a wrong ticket')]) {
    await expect(Socket.open(api.ws(`/ws/chat?ticket=${wrong}`))).rejects.toThrow();
  }
  const { roomId } = await chat.expect('join_room_success', 'join_room', { roomName: 'somewhere' });
  await chat.ask('chat_message', { roomId, content: JSON.stringify(content('a message')), clientMessageId: 'one' });
  await chat.ask('search', { text: secrets.make('a search') });
}

/** Keys in both headers and signatures, right and wrong. */
async function usePushes(
  api: Api,
  directory: string,
  secrets: Secrets,
  pushSecret: string,
  apiKey: string,
  content: (name: string) => object,
): Promise<void> {
  const body = (name: string) => JSON.stringify({ userId: 'ada', ...push(content(name)) });
  const command = [LAUNCHER, 'keys', 'create', '--name', 'a backend', '--data-dir', directory];
  const made = execFileSync(process.execPath, command, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  secrets.add('a key that was made', made.slice(-43));
  await poll(async () => (await api.get('/api/rooms', { 'x-api-key': made })).status).toBe(200);
  for (const key of [apiKey, made, secrets.make('a wrong key')]) {
    await api.push(body('a push by key'), { authorization: `Bearer ${key}` });
    await api.push(body('a push by the other header'), { 'x-api-key': key });
  }
  const timestamp = `${Math.floor(Date.now() / 1000)}`;
  for (const secret of [pushSecret, secrets.make('a wrong push secret')]) {
    const signed = body('a signed push');
    const path = `/api/push?mark=${secrets.make('a query')}`;
    const hex = signatureOf(secret, { timestamp, method: 'POST', path, body: signed }).toString('hex');
    const headers = { 'roomcast-timestamp': timestamp, 'roomcast-signature': `v1=${secrets.add('a signature', hex)}` };
    for (const _again of [1, 2]) await api.send('POST', path, signed, headers);
  }
}

/** What can't be read may be in the error that says so. */
async function useBrokenInput(api: Api, secrets: Secrets): Promise<void> {
  const broken = (name: string): string => `{"password": "${secrets.make(name)}" oops`;
  for (const path of ['/api/push', '/api/emit', '/api/auth/login', '/api/auth/register', '/api/nothing']) {
    await api.send('POST', path, broken(`a broken body to ${path}`));
    await api.send('POST', path, { [secrets.make('a name of a field')]: secrets.make(`a strange body to ${path}`) });
    await api.get(`${path}?token=${secrets.make(`a query of ${path}`)}`);
  }
  const native = await NativeClient.connect(api);
  native.socket.send(broken('a broken frame'));
  native.socket.send(JSON.stringify({ type: 'publish', payload: { roomId: 7, data: secrets.make('a wrong frame') } }));
  await native.ask('get_rooms');
  const bridge = await Socket.open(api.ws('/bridge?room=somewhere'));
  bridge.send(JSON.stringify({ text: secrets.make('a message of the bridge') }));
  bridge.send(broken('a broken message of the bridge'));
  await bridge.closed;
}

function push(data: object) {
  return { event: 'order_taken', data };
}

function configOf(folder: string, env: Record<string, string>): { readonly status: number; readonly text: string } {
  const options = {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
  } as const;
  try {
    return { status: 0, text: execFileSync(process.execPath, [LAUNCHER, 'config'], options) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { status, text: stdout + stderr };
  }
}
