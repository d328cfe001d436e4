import { describe, expect, test } from 'vitest';
import type { Api } from './support/api.ts';
import { EventStream } from './support/event-stream.ts';
import { aProblem, call, problemOf } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';

interface Created {
  readonly id: string;
  readonly secret: string;
}

interface Captured {
  readonly id: string;
  readonly offset: number;
  readonly epoch: string;
  readonly body: string;
}

async function create(server: Api, wish: object = {}): Promise<Created> {
  const { status, json } = await server.send('POST', '/api/webhooks', wish);
  expect(status).toBe(201);
  return json as Created;
}

async function capture(server: Api, id: string, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    expect((await call(server.port, { method: 'POST', path: `/hooks/${id}/x`, body })).status).toBe(200);
  }
}

async function captured(stream: EventStream, bodies: readonly string[]): Promise<Captured[]> {
  const requests: Captured[] = [];
  for (const _ of bodies) requests.push((await stream.next('new-request')) as unknown as Captured);
  expect(requests.map(({ body }) => body)).toEqual(bodies);
  return requests;
}

const bodies = (to: number, from = 1): string[] => Array.from({ length: to - from + 1 }, (_, i) => `body ${from + i}`);

describe('who watches a webhook over SSE', () => {
  test('W4 W6 gets each request, at either address, as native clients get it', async () => {
    const server = await serve();
    const { id } = await create(server);
    const native = await NativeClient.connect(server);
    await native.expect('joined', 'join', { webhookId: id });
    const addresses = [`/api/webhooks/${id}/events`, `/sse?room=webhook:${id}`];
    const streams = await Promise.all(addresses.map((address) => EventStream.open(server, address)));
    for (const stream of streams) {
      const joined = await stream.next('joined');
      expect(joined).toMatchObject({ webhookId: id, roomId: `webhook:${id}`, offset: 0, recovered: false });
      expect(stream.lastEventId).toBe(`${joined['epoch']}-0`);
    }
    await capture(server, id, ['{"n":1}']);
    const { payload } = await native.next('new-request');
    for (const stream of streams) {
      expect(await stream.next('new-request')).toEqual(payload);
      expect(stream.lastEventId).toBe(`${payload.epoch}-1`);
      expect(await stream.next('watchers')).toMatchObject({ webhookId: id });
    }
  });

  test('W9 gets what was captured while it was away, once and in order, by an event or by a request', async () => {
    const server = await serve();
    const { id } = await create(server);
    const path = `/api/webhooks/${id}/events`;
    const first = await EventStream.open(server, path);
    await capture(server, id, bodies(3));
    const [, , last] = await captured(first, bodies(3));
    first.drop();
    await server.buried();
    await capture(server, id, bodies(60, 4));
    const byEvent = await EventStream.open(server, path, { 'last-event-id': first.lastEventId });
    const byRequest = await EventStream.open(server, `${path}?lastEventId=${last?.id}`);
    for (const stream of [byEvent, byRequest]) expect(await stream.next('joined')).toMatchObject({ recovered: true });
    await capture(server, id, bodies(65, 61));
    for (const stream of [byEvent, byRequest]) {
      const offsets = (await captured(stream, bodies(65, 4))).map(({ offset }) => offset);
      expect(offsets).toEqual(Array.from({ length: 62 }, (_, i) => i + 4));
      expect(stream.events.waiting.filter(({ type }) => type === 'new-request')).toEqual([]);
    }
  });

  test('W9 misses nothing where it was dropped before the first request, nor that one was deleted', async () => {
    const server = await serve();
    const { id, secret } = await create(server);
    const path = `/api/webhooks/${id}/events`;
    const first = await EventStream.open(server, path);
    await first.next('joined');
    first.drop();
    await server.buried();
    await capture(server, id, bodies(3));
    const second = await EventStream.open(server, path, { 'last-event-id': first.lastEventId });
    const [, deleted] = await captured(second, bodies(3));
    const before = second.lastEventId;
    second.drop();
    const remove = `/api/webhooks/${id}/requests/${deleted?.id}`;
    expect((await server.send('DELETE', remove, {}, { 'x-webhook-secret': secret })).status).toBe(204);
    const third = await EventStream.open(server, path, { 'last-event-id': before });
    expect(await third.next('request-deleted')).toMatchObject({ id: deleted?.id, webhookId: id, offset: 4 });
    const fourth = await EventStream.open(server, path, { 'last-event-id': first.lastEventId });
    const places: unknown[] = [];
    while (places.length < 4) {
      const { type, data } = await fourth.events.next(({ type }) => type.includes('request'));
      places.push([type, JSON.parse(data).offset]);
    }
    expect(places).toEqual([
      ['new-request', 1],
      ['request-deleted', 2],
      ['new-request', 3],
      ['request-deleted', 4],
    ]);
  });

  test('W3 is told in HTTP that there is none, or what it needs', async () => {
    const key = 'a-key-that-is-long-enough';
    const server = await serve({ apiKeys: key });
    for (const path of ['/api/webhooks/nobody/events', '/sse?room=webhook:nobody', '/api/webhooks/%FF/events']) {
      const answer = await server.get(path);
      expect(problemOf(answer)).toEqual(aProblem(404, 'NOT_FOUND'));
      expect(answer.json).toMatchObject({ detail: 'Webhook not found' });
    }
    const { id, secret } = await create(server, { name: 'my-hook', password: 'correct horse pässword' });
    const path = `/api/webhooks/${id}/events`;
    const locked = await server.get(path);
    expect(problemOf(locked)).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect((await server.get(path, { 'x-webhook-secret': `${secret}x` })).status).toBe(401);
    expect((await server.get(path, { 'x-webhook-password': 'wrong horse' })).status).toBe(401);
    expect((await server.get(path, { authorization: `Bearer ${key}x` })).status).toBe(401);
    expect((await server.get('/health')).json).toMatchObject({ connections: 0 });
    const other = await create(server);
    const many = { 'x-webhook-secret': Array(101).fill(secret).join(',') };
    expect(problemOf(await server.get(path, many))).toEqual(
      aProblem(400, 'VALIDATION_ERROR', { field: 'headers.x-webhook-secret' }),
    );
    const password = Buffer.from('correct horse pässword').toString('latin1');
    for (const headers of [
      { 'x-webhook-secret': secret },
      { 'x-webhook-secret': `${other.secret}, ${secret}` },
      { authorization: `Bearer ${secret}` },
      { 'x-webhook-password': password },
      { authorization: `Bearer ${key}` },
    ]) {
      await (await EventStream.open(server, path, headers as Record<string, string>)).next('joined');
    }
  });

  test('W3 is told when it is deleted, and the stream ends', async () => {
    const server = await serve();
    const { id, secret } = await create(server);
    const stream = await EventStream.open(server, `/api/webhooks/${id}/events`);
    await stream.next('joined');
    expect((await server.send('DELETE', `/api/webhooks/${id}`, {}, { 'x-webhook-secret': secret })).status).toBe(204);
    expect(await stream.next('webhook-deleted')).toEqual({ webhookId: id });
    expect(await stream.next('disconnect')).toMatchObject({ code: 1000, reconnect: false });
    await stream.closed;
    expect((await server.get(`/api/webhooks/${id}/events`)).status).toBe(404);
  });
});
