import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../src/store/store.ts';
import { AuthServer, bearer, cookieOf, PASSWORD } from './support/auth.ts';
import { type Answer, aProblem, call, problemOf, UPGRADE } from './support/http.ts';
import { Socket } from './support/socket.ts';

const KEY = 'a-key-of-some-length';
const NOBODY = 'x'.repeat(43);

/** Tries to upgrade, and is answered 101 where it may. */
function upgrade(server: AuthServer, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return call(server.port, { path, headers: { ...UPGRADE, ...headers } });
}

/** Connects; the transport of these tests says who one is. */
async function whoAmI(server: AuthServer, path: string, headers: Record<string, string> = {}): Promise<unknown> {
  const socket = await Socket.open(server.ws(path), { headers });
  return JSON.parse(await socket.next());
}

async function ticketOf(server: AuthServer, token: string): Promise<string> {
  const { status, json } = await server.post('ticket', {}, bearer(token));
  expect(status).toBe(200);
  return (json as { ticket: string }).ticket;
}

/** An upgrade to /ws/chat by hand, so that more can be sent behind it. */
async function rawUpgrade(server: AuthServer, token: string, more = Buffer.alloc(0)): Promise<TcpSocket> {
  const tcp = connect(server.port, '127.0.0.1');
  onTestFinished(() => void tcp.destroy());
  tcp.on('error', () => {});
  await once(tcp, 'connect');
  const headers = Object.entries({ host: '127.0.0.1', ...UPGRADE, ...bearer(token) });
  const request = `GET /ws/chat HTTP/1.1\r\n${headers.map((header) => header.join(': ')).join('\r\n')}\r\n\r\n`;
  tcp.write(Buffer.concat([Buffer.from(request), more]));
  return tcp;
}

describe('/ws/chat', () => {
  test('D10 SR-001 takes a cookie, a bearer token or a ticket, and knows whose it is', async () => {
    const server = await AuthServer.start();
    const answer = await server.post('register', { username: 'ada', password: PASSWORD });
    const { token, user } = answer.json as { token: string; user: { id: string } };
    const identity = { userId: user.id, username: 'ada', userKey: expect.any(Number), sessionHash: expect.any(String) };
    expect(await whoAmI(server, '/ws/chat', { cookie: cookieOf(answer) })).toEqual(identity);
    expect(await whoAmI(server, '/ws/chat', bearer(token))).toEqual(identity);
    expect(await whoAmI(server, `/ws/chat?ticket=${await ticketOf(server, token)}`)).toEqual(identity);
    expect(JSON.stringify(await whoAmI(server, '/ws/chat', bearer(token)))).not.toContain(token);
  });

  test('D10 G8.3 SR-001 without a valid one it answers 401, and no WebSocket comes to be', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    const login = await server.post('login', { username: 'ada', password: PASSWORD });
    const cookie = cookieOf(login);
    await server.post('logout', {}, { cookie });
    const tries: [string, Record<string, string>][] = [
      ['', {}],
      ['', { cookie }],
      ['', { cookie: 'roomcast_session=' }],
      ['', bearer(NOBODY)],
      ['', bearer('')],
      ['', { authorization: 'Bearer' }],
      ['', { authorization: `Basic ${token}` }],
      ['', { cookie: `roomcast_session=${token}`, ...bearer(NOBODY) }],
      [`?ticket=${token}`, {}],
      ['?ticket=', { cookie: `roomcast_session=${token}` }],
      [`?token=${token}`, {}],
    ];
    for (const [query, headers] of tries) {
      const answer = await upgrade(server, `/ws/chat${query}`, headers);
      expect(problemOf(answer)).toEqual(aProblem(401, 'UNAUTHENTICATED'));
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect(server.transport.accepted).toEqual([]);
    await expect.poll(() => server.admission.total).toBe(0);
  });

  test('D10 an expired session is 401, whether it was at hand or in the store', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    server.clock.advance(24 * 3_600_000);
    expect((await upgrade(server, '/ws/chat', bearer(token))).status).toBe(401);
    expect((await upgrade(server, '/ws/chat', bearer(token))).status).toBe(401);
  });

  test('D10 a ticket is good once, for half a minute, and not beyond the end of its session', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    const [once, late, orphan] = [
      await ticketOf(server, token),
      await ticketOf(server, token),
      await ticketOf(server, (await server.login('ada')).token),
    ];
    expect((await upgrade(server, `/ws/chat?a=b&ticket=${once}`)).status).toBe(101);
    expect((await upgrade(server, `/ws/chat?ticket=${once}`)).status).toBe(401);
    await server.post('logout-all', {}, bearer(token));
    expect((await upgrade(server, `/ws/chat?ticket=${orphan}`)).status).toBe(401);
    const again = await server.login('ada');
    const fresh = await ticketOf(server, again.token);
    server.clock.advance(30_000);
    for (const ticket of [fresh, late]) expect((await upgrade(server, `/ws/chat?ticket=${ticket}`)).status).toBe(401);
    expect(problemOf(await server.post('ticket', {}))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('D10 connecting counts as a use of the session', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    for (let i = 0; i < 3; i++) {
      server.clock.advance(20 * 3_600_000);
      expect((await upgrade(server, '/ws/chat', bearer(token))).status).toBe(101);
    }
  });
});

describe('/ws', () => {
  test('D10 W1 takes anybody, and those with a token or ticket under their name', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    expect(await whoAmI(server, '/ws')).toBeNull();
    expect(await whoAmI(server, '/ws?room=x')).toBeNull();
    expect(await whoAmI(server, '/ws', bearer(token))).toMatchObject({ username: 'ada' });
    expect(await whoAmI(server, `/ws?ticket=${await ticketOf(server, token)}`)).toMatchObject({ username: 'ada' });
  });

  test('D10 a token or ticket that is wrong is 401 there too', async () => {
    const server = await AuthServer.start();
    for (const [path, headers] of [
      ['/ws', bearer(NOBODY)],
      ['/ws', bearer('x')],
      [`/ws?ticket=${NOBODY}`, {}],
    ] as const) {
      expect(problemOf(await upgrade(server, path, { ...headers }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    }
  });

  test('D10 cookies are not read there, be they right or wrong', async () => {
    const server = await AuthServer.start();
    const cookie = cookieOf(await server.post('register', { username: 'ada', password: PASSWORD }));
    expect(await whoAmI(server, '/ws', { cookie })).toBeNull();
    expect(await whoAmI(server, '/ws', { cookie: 'roomcast_session=wrong' })).toBeNull();
  });

  test('an API key is right there but names nobody, and does not open chat', async () => {
    const server = await AuthServer.start({ settings: { apiKeys: KEY } });
    expect(await whoAmI(server, '/ws', bearer(KEY))).toBeNull();
    expect((await upgrade(server, '/ws', bearer(`${KEY}x`))).status).toBe(401);
    expect(problemOf(await upgrade(server, '/ws/chat', bearer(KEY)))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('the credentials of a proxy in front are none of ours', async () => {
    const server = await AuthServer.start();
    expect(await whoAmI(server, '/ws', { authorization: 'Basic YWRhOnB3' })).toBeNull();
  });
});

test('nobody looks at credentials on the bridge, and no lookup is made for those who have none', async () => {
  const server = await AuthServer.start();
  expect(await whoAmI(server, '/bridge?ticket=x', bearer('wrong'))).toBeNull();
  expect(await whoAmI(server, '/ws')).toBeNull();
  expect(server.lookups).toBe(0);
});

describe('while somebody is looked up', () => {
  /** A server whose lookups wait until they are let go, with a login that it has to look up. */
  async function held(settings = {}) {
    const first = await AuthServer.start();
    const { token } = await first.register('ada');
    const gate = Promise.withResolvers<void>();
    const server = await first.restart({ settings, beforeLookup: () => gate.promise });
    return { server, token, gate };
  }

  test('D13 places are counted once and given back, also where the client goes away meanwhile', async () => {
    const { server, token, gate } = await held({ maxConnections: 3 });
    const clients = await Promise.all([1, 2, 3].map(() => rawUpgrade(server, token)));
    await expect.poll(() => server.admission.total).toBe(3);
    expect(problemOf(await upgrade(server, '/ws'))).toEqual(aProblem(503, 'SERVER_BUSY'));
    for (const client of clients) client.resetAndDestroy();
    await expect.poll(() => server.admission.total).toBe(0);
    gate.resolve();
    expect(await whoAmI(server, '/ws/chat', bearer(token))).toMatchObject({ username: 'ada' });
    expect(server.transport.accepted).toHaveLength(1);
    expect(server.admission.total).toBe(1);
  });

  test('D13 a full server refuses before it looks anybody up', async () => {
    const { server, token, gate } = await held({ maxConnections: 1 });
    gate.resolve();
    await Socket.open(server.ws('/ws'));
    expect(problemOf(await upgrade(server, '/ws/chat', bearer(token)))).toEqual(aProblem(503, 'SERVER_BUSY'));
    expect(server.lookups).toBe(0);
  });

  test('what is sent ahead of the answer arrives', async () => {
    const { server, token, gate } = await held();
    const frame = (text: string) => {
      const mask = Buffer.alloc(4); // a mask of zeros leaves the text as it is
      return Buffer.concat([Buffer.from([0x81, 0x80 | text.length]), mask, Buffer.from(text)]);
    };
    const tcp = await rawUpgrade(server, token, frame('first'));
    await expect.poll(() => server.lookups).toBe(1);
    tcp.write(frame('second'));
    let heard = '';
    tcp.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    gate.resolve();
    await expect.poll(() => heard).toMatch(/101 Switching Protocols[\s\S]*"username":"ada"[\s\S]*first[\s\S]*second/);
  });

  test('many who come with one token are one lookup', async () => {
    const { server, token, gate } = await held({ maxConnections: 2000 });
    const clients = Array.from({ length: 200 }, () => upgrade(server, '/ws/chat', bearer(token)));
    await expect.poll(() => server.admission.total).toBe(200);
    expect(server.lookups).toBe(1);
    gate.resolve();
    for (const { status } of await Promise.all(clients)) expect(status).toBe(101);
    expect(server.lookups).toBe(1);
    await expect.poll(() => server.admission.total).toBe(0);
  });

  test('a shutdown that begins meanwhile refuses', async () => {
    const { server, token, gate } = await held();
    const waiting = upgrade(server, '/ws/chat', bearer(token));
    await expect.poll(() => server.lookups).toBe(1);
    server.draining = true;
    gate.resolve();
    expect(problemOf(await waiting)).toEqual(aProblem(503, 'SHUTTING_DOWN'));
  });

  test('D18 a database that does not answer is no reason to wait for ever', async () => {
    const { server, token, gate } = await held({ handshakeTimeout: 100 });
    const answer = await upgrade(server, '/ws/chat', bearer(token));
    expect(problemOf(answer)).toEqual(aProblem(503, 'STORAGE_UNAVAILABLE'));
    gate.resolve();
    await expect.poll(() => server.admission.total).toBe(0);
    expect(server.transport.accepted).toEqual([]);
  });
});

test('D18 where the database is away it is 503 and not 401, and whoever is known still comes in', async () => {
  const first = await AuthServer.start();
  const known = await first.register('ada');
  const unknown = await first.login('ada');
  let isAway = false;
  const server = await first.restart({
    beforeLookup: async () => {
      if (isAway) throw new StoreError('unavailable', 'The disk is gone.');
    },
  });
  await server.me(known.token);
  isAway = true;
  expect((await upgrade(server, '/ws/chat', bearer(known.token))).status).toBe(101);
  const refused = await upgrade(server, '/ws/chat', bearer(unknown.token));
  expect(problemOf(refused)).toEqual(aProblem(503, 'STORAGE_UNAVAILABLE'));
  expect(refused.headers['retry-after']).toBe('5');
  expect(problemOf(await server.me(unknown.token))).toEqual(aProblem(503, 'STORAGE_UNAVAILABLE'));
  isAway = false;
  expect((await upgrade(server, '/ws/chat', bearer(unknown.token))).status).toBe(101);
});
