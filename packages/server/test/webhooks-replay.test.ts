import type { CapturedRequest } from '@roomcast/protocol';
import { describe, expect, test } from 'vitest';
import { bodyTextOf } from '../src/webhooks/body-text.ts';
import { Replayer } from '../src/webhooks/replay/replayer.ts';
import { type CreatedWebhook, capture, createWebhook } from './support/hooks.ts';
import { type Answer, aProblem, call, problemOf } from './support/http.ts';
import { RawServer } from './support/raw-server.ts';
import { serve, type TestServer } from './support/server.ts';

function replay(server: TestServer, { id, secret }: CreatedWebhook, requestId: string, body: object): Promise<Answer> {
  return server.send('POST', `/api/webhooks/${id}/requests/${requestId}/replay`, body, { 'x-webhook-secret': secret });
}

const FORBIDDEN = aProblem(403, 'FORBIDDEN');
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe('what is sent on', () => {
  test('W11 arrives as it was captured: method, headers in order and case, exact body', async () => {
    const target = await RawServer.start();
    const server = await serve({ webhookReplay: 'any' });
    const webhook = await createWebhook(server);
    const requestId = await capture(server, webhook.id, {
      method: 'PATCH',
      path: '/not/sent?on=1',
      headers: { 'X-Sig': 'a', 'x-Case': ['1', '2'], 'Content-Type': 'a/b', 'X-Forwarded-For': '192.0.2.1', TE: 'x' },
      body: everyByte,
    });
    const { status, json } = await replay(server, webhook, requestId, { url: `http://${target.host}/to/here?x=%2f` });
    expect(status).toBe(200);
    expect(json).toEqual({
      status: 200,
      headers: [['content-length', '2']],
      body: 'ok',
      bodyEncoding: 'utf8',
      truncated: false,
      duration: expect.any(Number),
    });
    const [got] = target.requests;
    expect(target.requests).toHaveLength(1);
    expect(got?.line).toBe('PATCH /to/here?x=%2f HTTP/1.1');
    expect(got?.body.equals(everyByte)).toBe(true);
    expect(got?.headers.filter(([name]) => !['host', 'connection'].includes(name.toLowerCase()))).toEqual([
      ['X-Sig', 'a'],
      ['x-Case', '1'],
      ['x-Case', '2'],
      ['Content-Type', 'a/b'],
      ['Via', '1.1 roomcast'],
      ['content-length', '256'],
    ]);
    expect(got?.headers.find(([name]) => name.toLowerCase() === 'host')?.[1]).toBe(target.host);
  });

  test('W11 has a body only where it had one, whatever the method', async () => {
    const target = await RawServer.start();
    const server = await serve({ webhookReplay: 'any' });
    const webhook = await createWebhook(server);
    const url = `http://${target.host}/`;
    for (const [method, body] of [
      ['GET', undefined],
      ['DELETE', 'x'],
      ['GET', 'y'],
      ['POST', undefined],
      ['HEAD', undefined],
    ] as const) {
      const sent = { method, ...(body === undefined ? {} : { body }) };
      const { status, text } = await replay(server, webhook, await capture(server, webhook.id, sent), { url });
      expect(status, text).toBe(200);
      const got = target.requests.at(-1);
      expect([got?.line, got?.body.toString()]).toEqual([`${method} / HTTP/1.1`, body ?? '']);
    }
  });

  test('W11 is no program of this machine in the eyes of others: not even in this server’s own', async () => {
    const server = await serve({ webhookReplay: 'any' });
    expect((await server.emit({ room: 'a', data: 1 })).status).toBe(200);
    const webhook = await createWebhook(server);
    const json = { 'content-type': 'application/json' };
    const requestId = await capture(server, webhook.id, { headers: json, body: '{"room":"a","data":1}' });
    const url = `http://127.0.0.1:${server.port}/api/emit`;
    expect((await replay(server, webhook, requestId, { url })).json).toMatchObject({ status: 401 });
  });
});

describe('what comes back', () => {
  /** What replaying to a server that answers so gives. */
  async function answered(answer: string | Buffer): Promise<unknown> {
    const target = await RawServer.start(answer);
    const server = await serve({ webhookReplay: 'any' });
    const webhook = await createWebhook(server);
    return (await replay(server, webhook, await capture(server, webhook.id), { url: `http://${target.host}/` })).json;
  }

  test('W11 a redirect is shown, and not followed', async () => {
    const inner = await RawServer.start();
    const location = `http://${inner.host}/inner`;
    expect(await answered(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\ncontent-length: 0\r\n\r\n`)).toMatchObject({
      status: 302,
      headers: [
        ['Location', location],
        ['content-length', '0'],
      ],
      body: null,
      bodyEncoding: null,
    });
    expect(inner.requests).toEqual([]);
  });

  test('W11 headers keep their order, case and repeats, and bytes come as base64', async () => {
    const head = 'HTTP/1.1 500 Oh\r\nSet-Cookie: a=1\r\nX-B: 2\r\nset-cookie: c=3\r\nContent-Length: 3\r\n\r\n';
    expect(await answered(Buffer.concat([Buffer.from(head), Buffer.from([0, 1, 255])]))).toMatchObject({
      status: 500,
      headers: [
        ['Set-Cookie', 'a=1'],
        ['X-B', '2'],
        ['set-cookie', 'c=3'],
        ['Content-Length', '3'],
      ],
      body: 'AAH/',
      bodyEncoding: 'base64',
    });
  });

  test('W11 of a long answer the first 256 KiB are shown', async () => {
    const found = await answered(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${'x'.repeat(300_000)}`);
    expect(found).toMatchObject({ status: 200, truncated: true, body: 'x'.repeat(256 * 1024) });
  });

  test('W11 who does not answer in time, or at all, or not in HTTP, is said to do so', async () => {
    const silent = await RawServer.start(null);
    const babbling = await RawServer.start('not HTTP\r\n\r\n');
    const server = await serve({ webhookReplay: 'any' });
    const webhook = await createWebhook(server);
    const requestId = await capture(server, webhook.id);
    for (const url of [`http://${silent.host}/`, `https://${silent.host}/`]) {
      const late = await replay(server, webhook, requestId, { url, timeout: 100 });
      expect(problemOf(late)).toEqual(aProblem(502, 'TARGET_UNREACHABLE', { field: 'body.url' }));
      expect(late.text).toContain('no answer within 100 ms');
    }
    for (const url of ['http://127.0.0.1:1/', `http://${babbling.host}/`]) {
      const answer = await replay(server, webhook, requestId, { url });
      expect(problemOf(answer), url).toEqual(aProblem(502, 'TARGET_UNREACHABLE', { field: 'body.url' }));
      expect(answer.text).toContain('could not be reached');
    }
  });
});

describe('where to', () => {
  test('W11 by default, on loopback, public addresses only', async () => {
    const target = await RawServer.start();
    const server = await serve();
    const webhook = await createWebhook(server);
    const requestId = await capture(server, webhook.id);
    for (const host of [
      target.host,
      `localhost:${target.port}`,
      `[::ffff:127.0.0.1]:${target.port}`,
      '169.254.169.254',
    ]) {
      const refused = await replay(server, webhook, requestId, { url: `http://${host}/` });
      expect(problemOf(refused), host).toEqual(FORBIDDEN);
      expect(refused.text).toMatch(/--webhook-replay|metadata/);
    }
    expect(target.requests).toEqual([]);
  });

  test('W11 by default, on all addresses, nowhere', async () => {
    const server = await serve({ host: '0.0.0.0' });
    const webhook = await createWebhook(server);
    const refused = await replay(server, webhook, await capture(server, webhook.id), { url: 'http://1.1.1.1/' });
    expect(problemOf(refused)).toEqual(FORBIDDEN);
    expect(refused.text).toContain('--webhook-replay');
  });

  test('W11 a name that leads elsewhere the next time is connected to where it led when it was checked', async () => {
    const target = await RawServer.start();
    let asked = 0;
    const resolve = async () => [++asked === 1 ? '127.0.0.1' : '127.0.0.2'];
    const replayer = new Replayer({ mode: 'any', resolve });
    const { status } = await replayer.replay(request(), `http://rebound.example:${target.port}/`);
    expect([status, asked]).toEqual([200, 1]);
    expect(target.requests[0]?.headers).toContainEqual(['host', `rebound.example:${target.port}`]);
  });

  test('W11 what has the wrong form is refused with its field', async () => {
    const server = await serve({ webhookReplay: 'any' });
    const webhook = await createWebhook(server);
    const requestId = await capture(server, webhook.id);
    const wrong: [object, string][] = [
      [{}, 'url'],
      [{ url: 7 }, 'url'],
      [{ url: 'example.com' }, 'url'],
      [{ url: 'http://a:b@127.0.0.1/' }, 'url'],
      [{ url: 'http://127.0.0.1', timeout: 30_001 }, 'timeout'],
      [{ url: 'http://127.0.0.1', method: 'GET' }, 'method'],
    ];
    for (const [body, field] of wrong) {
      const refused = problemOf(await replay(server, webhook, requestId, body));
      expect(refused, JSON.stringify(body)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: `body.${field}` }));
    }
    expect(problemOf(await replay(server, webhook, 'none', { url: 'http://127.0.0.1' }))).toEqual(
      aProblem(404, 'NOT_FOUND'),
    );
  });
});

describe('how much', () => {
  test('W11 two of one webhook, eight in all, are under way at a time', async () => {
    const silent = await RawServer.start(null);
    const replayer = new Replayer({ mode: 'any' });
    const send = (webhookId: string) => replayer.replay(request({ webhookId }), `http://${silent.host}/`, 1000);
    const under = ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'].map((id) => send(id).catch((error: Error) => error.message));
    await expect(send('a')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 1000 });
    await expect(send('e')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    for (const message of await Promise.all(under)) expect(message).toContain('no answer within 1000 ms');
    const target = await RawServer.start();
    expect((await replayer.replay(request({ webhookId: 'a' }), `http://${target.host}/`)).status).toBe(200);
  });

  test('W11 what was kept in part is not sent on as if it were the whole', async () => {
    const server = await serve({ webhookReplay: 'any', webhookBodySize: 1024 });
    const webhook = await createWebhook(server);
    const { headers } = await call(server.port, {
      method: 'POST',
      path: `/hooks/${webhook.id}`,
      body: 'x'.repeat(2000),
    });
    const refused = await replay(server, webhook, String(headers['roomcast-request-id']), {
      url: 'http://127.0.0.1:1',
    });
    expect(refused.text).toContain('Only a part of its body was kept');
  });
});

function request({ webhookId = 'x' } = {}): CapturedRequest {
  return {
    ...{ id: 'a', webhookId, method: 'POST', url: '/hooks/x', path: '', query: '', httpVersion: '1.1', headers: {} },
    ...{ rawHeaders: [], queryParams: {}, ...bodyTextOf(Buffer.from('x')), bodySize: 1, truncated: false },
    ...{ timestamp: '', sourceIp: '', userAgent: null, secure: false, duration: 0 },
  };
}
