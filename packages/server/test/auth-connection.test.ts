import { expect, test } from 'vitest';
import { bearer, PASSWORD } from './support/auth.ts';
import { call } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve, type TestServer } from './support/server.ts';

// The whole product: what the end of a session means for those who are connected by it.

function post(server: TestServer, path: string, body: object, token?: string) {
  const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : bearer(token)) };
  return call(server.port, { method: 'POST', path: `/api/auth/${path}`, headers, body: JSON.stringify(body) });
}

async function tokenOf(server: TestServer, path: 'register' | 'login'): Promise<string> {
  const { json } = await post(server, path, { username: 'ada', password: PASSWORD });
  return (json as { token: string }).token;
}

function connect(server: TestServer, token: string, path = '/ws/chat'): Promise<NativeClient> {
  return NativeClient.connect(server, { headers: bearer(token) }, path);
}

async function isExpired(client: NativeClient): Promise<void> {
  const { payload } = await client.next('session_expired');
  expect(payload.reason).not.toBe('');
  expect(await client.closed).toMatchObject({ code: 4001 });
}

test('D15 logout ends the connections of that session, with the reason and 4001, and no others', async () => {
  const server = await serve();
  const [here, there] = [await tokenOf(server, 'register'), await tokenOf(server, 'login')];
  const mine = [await connect(server, here), await connect(server, here, '/ws')];
  const other = await connect(server, there);
  await post(server, 'logout', {}, here);
  for (const client of mine) await isExpired(client);
  expect(await other.expect('room_list', 'get_rooms')).toMatchObject({ rooms: [] });
});

test('D15 a password change ends the connections of all other sessions', async () => {
  const server = await serve();
  const [here, there] = [await tokenOf(server, 'register'), await tokenOf(server, 'login')];
  const [mine, other] = [await connect(server, here), await connect(server, there)];
  await post(server, 'password', { currentPassword: PASSWORD, newPassword: 'another password' }, here);
  await isExpired(other);
  expect(await mine.expect('room_list', 'get_rooms')).toMatchObject({ rooms: [] });
});

test('D15 logout everywhere ends them all', async () => {
  const server = await serve();
  const [here, there] = [await tokenOf(server, 'register'), await tokenOf(server, 'login')];
  const clients = [await connect(server, here), await connect(server, there)];
  await post(server, 'logout-all', {}, here);
  for (const client of clients) await isExpired(client);
});

test('D10 D15 a session that is not used expires while connected', async () => {
  const server = await serve({ sessionLifetime: '1s' });
  const client = await connect(server, await tokenOf(server, 'register'));
  await isExpired(client);
});
