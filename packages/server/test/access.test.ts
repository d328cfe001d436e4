import { describe, expect, test } from 'vitest';
import { aProblem, call, problemOf } from './support/http.ts';
import { serve, type TestServer } from './support/server.ts';

const KEY = 'a-key-of-some-length';
const OTHER_KEY = 'another-key-of-length';

describe('web pages', () => {
  test('a page of another origin can neither emit nor read on', async () => {
    const server = await serve();
    for (const origin of ['https://evil.example', 'null', `http://evil.example:${server.port}`, 'file://']) {
      const answer = await server.emit({ room: 'a', data: 1 }, { origin });
      expect(problemOf(answer)).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await server.emit({ room: 'a', data: 1 }, { origin: `http://127.0.0.1:${server.port}` })).status).toBe(200);
    expect((await server.emit({ room: 'a', data: 1 }, { origin: 'http://localhost:5173' })).status).toBe(200);
  });

  test('a page on a name that was bent to loopback gets nowhere', async () => {
    const server = await serve();
    const host = `evil.example:${server.port}`;
    const headers = { host, origin: `http://${host}` };
    expect(problemOf(await server.emit({ room: 'a', data: 1 }, headers))).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
    // Without an origin, as same-origin GETs of a page are.
    for (const path of ['/api/rooms', '/api/rooms/a', '/metrics']) {
      expect(problemOf(await server.get(path, { host }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    }
    expect(problemOf(await server.emit({ room: 'a', data: 1 }, { host }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('pages of an allowed origin may emit', async () => {
    const server = await serve({ allowedOrigins: 'https://app.example' });
    const emit = (origin: string) => server.emit({ room: 'a', data: 1 }, { origin });
    expect((await emit('https://app.example')).status).toBe(200);
    expect((await emit('https://app.example.evil.example')).status).toBe(403);
  });
});

describe('browsers that ask beforehand', () => {
  const ask = (server: TestServer, origin: string) =>
    call(server.port, {
      method: 'OPTIONS',
      path: '/api/emit',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  test('are let through for pages of allowed origins', async () => {
    const server = await serve({ allowedOrigins: 'https://app.example' });
    const { status, headers } = await ask(server, 'https://app.example');
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('https://app.example');
    expect(headers['access-control-allow-headers']).toContain('content-type');
    expect(headers['vary']?.toLowerCase()).toContain('origin');
    const sent = await server.emit({ room: 'a', data: 1 }, { origin: 'https://app.example' });
    expect(sent.headers['access-control-allow-origin']).toBe('https://app.example');
  });

  test('are stopped for those of others', async () => {
    const server = await serve({ allowedOrigins: 'https://app.example' });
    for (const origin of ['https://evil.example', 'null']) {
      const { headers } = await ask(server, origin);
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect((await server.get('/api/rooms', { origin })).headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('keys', () => {
  const body = { room: 'a', data: 1 };

  test('once there are keys, emit, rooms and metrics need one', async () => {
    const server = await serve({ apiKeys: `${KEY},${OTHER_KEY}` });
    for (const path of ['/api/rooms', '/api/rooms/a', '/metrics']) {
      expect(problemOf(await server.get(path))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
      expect((await server.get(path, { 'x-api-key': OTHER_KEY })).status).not.toBe(401);
    }
    const headers = { none: {}, wrong: { 'x-api-key': 'wrong' }, basic: { authorization: `Basic ${KEY}` } };
    for (const given of Object.values(headers)) {
      expect(problemOf(await server.emit(body, given))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    }
    const wrong = await server.emit(body, { authorization: `Bearer ${KEY}x` });
    expect(problemOf(wrong)).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect((await server.emit(body, { authorization: `Bearer ${KEY}` })).status).toBe(200);
    expect((await server.emit(body, { 'x-api-key': OTHER_KEY })).status).toBe(200);
    expect((await server.get('/health')).status).toBe(200);
  });

  test('who asks is checked before what is asked', async () => {
    const server = await serve({ apiKeys: KEY });
    expect(problemOf(await server.emit({}))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('a wrong key is refused also where none is needed', async () => {
    const server = await serve();
    expect(problemOf(await server.emit(body, { 'x-api-key': 'wrong' }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('behind a proxy nobody is local any more', async () => {
    const server = await serve();
    for (const header of ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via', 'x-real-ip']) {
      expect(problemOf(await server.emit(body, { [header]: 'x' }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    }
  });

  test('a key opens the namespaces, without one everything is a room of the bridge', async () => {
    const settings = { namespaces: { orders: { history: { size: 5, age: '1m' } } } };
    const keyed = await serve({ ...settings, apiKeys: KEY });
    const orders = async (room: string) => (await keyed.emit({ room, data: 1 }, { 'x-api-key': KEY })).json;
    expect(await orders('orders:1')).toMatchObject({ room: 'orders:1', offset: 1 });
    expect(await orders('live:1')).toMatchObject({ room: 'live:1', offset: 1 });
    expect(await orders('nowhere:1')).toMatchObject({ room: 'bridge:nowhere:1', offset: null });
    expect(await orders('bridge:1')).toMatchObject({ room: 'bridge:1', offset: null });
    const open = await serve(settings);
    expect((await open.emit({ room: 'orders:1', data: 1 })).json).toMatchObject({ room: 'bridge:orders:1' });
  });
});
