import { describe, expect, test } from 'vitest';
import { accountOf, ChatClient } from './support/chat.ts';
import { EventStream } from './support/event-stream.ts';
import { aProblem, call, problemOf } from './support/http.ts';
import { serve } from './support/server.ts';
import { hs256, SECRET } from './support/tokens.ts';

describe('who may read', () => {
  test('D1 users read what is for users, and others are told so before there is a stream', async () => {
    const server = await serve({ jwtSecret: SECRET, namespaces: { team: { join: 'nobody' } } });
    const speaker = await ChatClient.of(server, 'ann');
    await speaker.join('chat:lobby');
    expect(problemOf(await server.get('/sse?room=chat:lobby'))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    const { token } = await accountOf(server, 'ben');
    const stream = await EventStream.open(server, '/sse?room=chat:lobby', { authorization: `Bearer ${token}` });
    expect(await stream.next('join_room_success')).toMatchObject({ roomId: 'chat:lobby' });
    await speaker.say('chat:lobby', 'hello');
    expect(await stream.next('chat_message')).toMatchObject({ content: 'hello', sender: 'ann', offset: 1 });
    const bad = { authorization: `Bearer ${token}x` };
    expect(problemOf(await server.get('/sse?room=live:x', bad))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect(problemOf(await server.get('/sse?room=team:a'))).toEqual(aProblem(403, 'FORBIDDEN'));
    const exp = Math.floor(Date.now() / 1000) + 60;
    const granted = { authorization: `Bearer ${hs256({ sub: '42', exp, rooms: ['team:a'] })}` };
    await (await EventStream.open(server, '/sse?room=team:a', granted)).next('join_room_success');
    expect(problemOf(await server.get('/sse?room=team:b', granted))).toEqual(aProblem(403, 'FORBIDDEN'));
  });

  test('D1 whose room is deleted, or whose login ends, is told, and the stream ends', async () => {
    const server = await serve();
    const owner = await ChatClient.of(server, 'ann');
    const { roomId } = await owner.native.expect('room_created', 'create_room', { name: 'Brief' });
    const { token } = await accountOf(server, 'ben');
    const headers = { authorization: `Bearer ${token}` };
    const stream = await EventStream.open(server, `/sse?room=${roomId}`, headers);
    const other = await EventStream.open(server, '/sse?room=live:x', headers);
    await other.next('join_room_success');
    expect((await owner.ask('delete_room', { roomId })).type).toBe('room_deleted');
    expect(await stream.next('disconnect')).toMatchObject({ code: 1000, reconnect: false });
    await stream.closed;
    expect(problemOf(await server.get(`/sse?room=${roomId}`, headers))).toEqual(aProblem(404, 'NOT_FOUND'));
    await server.send('POST', '/api/auth/logout', {}, headers);
    expect(await other.next('disconnect')).toMatchObject({ code: 4001, reconnect: false });
    await other.closed;
  });

  const REFUSED: Readonly<Record<string, readonly [path: string, status: number, code: string]>> = {
    'no room': ['/sse', 400, 'VALIDATION_ERROR'],
    'a name that breaks the rules': ['/sse?room=live:%00', 400, 'VALIDATION_ERROR'],
    'an unknown namespace': ['/sse?room=nope:x', 404, 'NOT_FOUND'],
    'a room of one user': ['/sse?room=user:42', 403, 'FORBIDDEN'],
    'the room of operators': ['/sse?room=admin:x', 403, 'FORBIDDEN'],
    'a bound that is too high': ['/sse?room=live:x&limit=501', 400, 'VALIDATION_ERROR'],
  };
  for (const [what, [path, status, code]] of Object.entries(REFUSED)) {
    test(`B7 ${what} is answered with ${status}, and leaves nothing behind`, async () => {
      const server = await serve();
      expect(problemOf(await server.get(path))).toMatchObject({ ...aProblem(status, code) });
      expect((await server.get('/health')).json).toMatchObject({ connections: 0, rooms: 0 });
      expect(await server.metric(`roomcast_refusals_total{code="${code}"}`)).toBe(1);
    });
  }

  test('B7 only GET reads events, and only who can read them', async () => {
    const server = await serve();
    for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await call(server.port, { method, path: '/sse?room=live:x' });
      expect({ method, status, allow: headers.allow }).toEqual({ method, status: 405, allow: 'GET' });
    }
    expect((await server.get('/sse?room=live:x', { accept: 'application/json' })).status).toBe(406);
    await EventStream.open(server, '/sse?room=live:x', { accept: 'text/event-stream' });
  });

  test('pages of allowed origins read, others do not, nor does a name that was bent to loopback', async () => {
    const server = await serve({ allowedOrigins: 'https://app.example' });
    const origin = 'https://app.example';
    const stream = await EventStream.open(server, '/sse?room=live:x', { origin });
    expect(stream.response.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'origin' });
    const missing = await server.get('/sse?room=nope:x', { origin });
    expect([missing.status, missing.headers['access-control-allow-origin']]).toEqual([404, origin]);
    const evil = await server.get('/sse?room=live:x', { origin: 'https://evil.example' });
    expect(problemOf(evil)).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
    expect(evil.headers['access-control-allow-origin']).toBeUndefined();
    const bent = await server.get('/sse?room=live:x', { host: `evil.example:${server.port}` });
    expect(problemOf(bent)).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
    await EventStream.open(server, '/sse?room=live:x', { host: 'LocalHost' });
    const asked = await call(server.port, {
      ...{ method: 'OPTIONS', path: '/api/webhooks/abc/events' },
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-webhook-secret' },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers['access-control-allow-headers']).toContain('x-webhook-secret');
  });

  test('B7 where no place is left it is said so, and a place is given back once', async () => {
    const server = await serve({ maxConnections: 2 });
    const [one] = [await EventStream.open(server, '/sse?room=live:x'), await EventStream.open(server, '/sse?room=a')];
    for (let i = 0; i < 3; i++) {
      const busy = await server.get('/sse?room=live:x');
      expect(problemOf(busy)).toEqual(aProblem(503, 'SERVER_BUSY'));
      expect(busy.headers['retry-after']).toBeDefined();
    }
    one.drop();
    await server.buried();
    // Who is refused holds no place either.
    for (let i = 0; i < 3; i++) expect((await server.get('/sse?room=nope:x')).status).toBe(404);
    await EventStream.open(server, '/sse?room=live:x');
    expect((await server.get('/sse?room=live:x')).status).toBe(503);
  });
});
