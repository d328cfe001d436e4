import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlacedRequest } from '@roomcast/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Scope } from '../src/config/key-file.ts';
import { type CreatedWebhook, capture, createWebhook, download, requestsOf } from './support/hooks.ts';
import { aProblem, call, problemOf } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve, type TestServer } from './support/server.ts';
import type { Settings } from './support/settings.ts';

const GONE = aProblem(404, 'NOT_FOUND');
const LOCKED = aProblem(401, 'UNAUTHENTICATED');

/** A server with one API key for each scope: `Bearer push-key`, and so on. */
async function serveWithKeys(settings: Settings = {}): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'roomcast-'));
  const keys = (['push', 'read', 'admin'] as const).map((scope) => ({
    id: scope,
    name: scope,
    hash: createHash('sha256').update(`${scope}-key`).digest('hex'),
    scopes: [scope],
    createdAt: new Date().toISOString(),
  }));
  writeFileSync(join(dataDir, 'keys.json'), JSON.stringify({ version: 1, keys }));
  const server = await serve({ dataDir, ...settings });
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return server;
}

const keyOf = (scope: Scope) => ({ authorization: `Bearer ${scope}-key` });
const secretOf = ({ secret }: CreatedWebhook) => ({ 'x-webhook-secret': secret });

describe('creating', () => {
  test('W11 a webhook is created by a request that says nothing, with or without a body', async () => {
    const server = await serve();
    const json = { 'content-type': 'application/json' };
    const answers = [
      await call(server.port, { method: 'POST', path: '/api/webhooks' }),
      await call(server.port, { method: 'POST', path: '/api/webhooks', headers: json }),
      await call(server.port, { method: 'POST', path: '/api/webhooks', headers: json, body: '' }),
      await server.postJson('/api/webhooks', {}),
    ];
    for (const { status, headers, json, text } of answers) {
      expect(status, text).toBe(201);
      const { id } = json as CreatedWebhook;
      expect(json).toEqual({
        id: expect.stringMatching(/^[\w-]{21,64}$/),
        url: `http://localhost:${server.port}/hooks/${id}`,
        secret: expect.stringMatching(/^whsec_[\w-]{43}$/),
        named: false,
        locked: false,
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
        requests: 0,
        bytes: 0,
        lastRequestAt: null,
        response: { status: 200, headers: [], body: '', delay: 0, cors: true },
        retention: { requests: 1000, age: 604_800_000 },
        retentionLimits: { requests: 10_000, age: 604_800_000 },
      });
      expect(headers).toMatchObject({ location: `/api/webhooks/${id}`, 'cache-control': 'no-store' });
    }
    expect(new Set(answers.map(({ json }) => (json as CreatedWebhook).id)).size).toBe(4);
  });

  test('W11 its URL is the one under which the caller sees the server', async () => {
    const server = await serve({ trustedProxies: '127.0.0.1' });
    const urlFor = async (headers: Record<string, string>) => (await createWebhook(server, {}, headers)).url;
    expect(await urlFor({ host: 'hooks.example' })).toMatch(/^http:\/\/hooks\.example\/hooks\/[\w-]+$/);
    expect(await urlFor({ host: 'hooks.example', 'x-forwarded-proto': 'https' })).toMatch(
      /^https:\/\/hooks\.example\//,
    );
    expect(await urlFor({ host: 'a"b<c>' })).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/hooks\//);
  });

  test('W11 one can have a name, which is nobody else’s, and is locked then', async () => {
    const server = await serve();
    const made = await createWebhook(server, { name: 'Orders.v2' });
    expect(made).toMatchObject({ id: 'orders.v2', named: true, locked: true });
    const again = await server.postJson('/api/webhooks', { name: 'orders.V2' });
    expect(problemOf(again)).toEqual(aProblem(409, 'CONFLICT', { field: 'body.name' }));
    for (const name of ['ab', '-ab', 'a/b', 'a b', 'ä'.repeat(3), 'x'.repeat(65), '']) {
      const refused = await server.postJson('/api/webhooks', { name });
      expect(problemOf(refused), name).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.name' }));
    }
  });

  test('W11 what is asked for is looked at before anything is made, and refused with its field', async () => {
    const server = await serve();
    const wrong: [object, string][] = [
      [{ nmae: 'typo' }, 'body.nmae'],
      [{ name: 7 }, 'body.name'],
      [{ response: { status: 99 } }, 'body.response.status'],
      [{ response: { delay: 30_001 } }, 'body.response.delay'],
      [{ response: { headers: [['a']] } }, 'body.response.headers.0'],
      [{ response: { headers: [['Set-Cookie', 'a=b']] } }, 'body.response.headers'],
      [{ retention: { requests: 0 } }, 'body.retention.requests'],
      [{ retention: { age: -1 } }, 'body.retention.age'],
      [{ password: '' }, 'body.password'],
      [[], 'body'],
    ];
    for (const [wish, field] of wrong) {
      const { status, json } = await server.send('POST', '/api/webhooks', wish);
      expect(status, JSON.stringify(wish)).toBe(400);
      const found = (json as { field: string }).field;
      expect(found.startsWith(field), `${JSON.stringify(wish)}: ${found}`).toBe(true);
    }
  });

  test('W11 with webhooks=keys only programs with a key for it create', async () => {
    const server = await serveWithKeys({ webhooks: 'keys' });
    expect(problemOf(await server.postJson('/api/webhooks', {}))).toEqual(LOCKED);
    const wrong = await server.send('POST', '/api/webhooks', {}, { authorization: 'Bearer wrong' });
    expect(problemOf(wrong)).toEqual(LOCKED);
    const reader = await server.send('POST', '/api/webhooks', {}, keyOf('read'));
    expect(problemOf(reader)).toEqual(aProblem(403, 'FORBIDDEN'));
    await createWebhook(server, {}, keyOf('push'));
    await createWebhook(server, {}, { 'x-api-key': 'admin-key' });
  });

  test('W11 a server that has no keys, and is on loopback, opens nothing that keys would', async () => {
    const server = await serve({ webhooks: 'keys' });
    expect((await server.get('/api/rooms')).status).toBe(200);
    expect(problemOf(await server.postJson('/api/webhooks', {}))).toEqual(LOCKED);
    expect((await server.get('/api/webhooks')).json).toEqual({ webhooks: [], cursor: null });
  });

  test('W11 with webhooks=off there is nothing', async () => {
    const server = await serve({ webhooks: 'off' });
    expect(problemOf(await server.postJson('/api/webhooks', {}))).toEqual(GONE);
    expect(problemOf(await server.get('/api/webhooks'))).toEqual(GONE);
    expect(problemOf(await server.get('/api/webhooks/a/requests'))).toEqual(GONE);
  });
});

describe('listing webhooks', () => {
  test('W11 shows those whose secrets the caller holds, and no others', async () => {
    const server = await serve();
    const [first, second] = [await createWebhook(server), await createWebhook(server, { name: 'second' })];
    await createWebhook(server);
    const list = async (secrets: string) => {
      const { json } = await server.get('/api/webhooks', { 'x-webhook-secret': secrets });
      return (json as { webhooks: { id: string }[] }).webhooks.map(({ id }) => id);
    };
    expect(await list(`${second.secret}, ${first.secret},whsec_unknown,,`)).toEqual([second.id, first.id]);
    expect(await list('')).toEqual([]);
    const { json } = await server.get('/api/webhooks', { authorization: `Bearer ${first.secret}` });
    expect(json).toMatchObject({ webhooks: [{ id: first.id }], cursor: null });
    expect(JSON.stringify(json)).not.toContain('whsec_');
    const tooMany = await server.get('/api/webhooks', { 'x-webhook-secret': Array(101).fill('a').join(',') });
    expect(problemOf(tooMany)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'headers.x-webhook-secret' }));
  });

  test('W11 shows all of them to an admin’s key, page by page', async () => {
    const server = await serveWithKeys();
    const ids = await Promise.all(Array.from({ length: 7 }, async () => (await createWebhook(server)).id));
    const found: string[] = [];
    for (let query = ''; ; ) {
      const { json } = await server.get(`/api/webhooks?limit=3${query}`, keyOf('admin'));
      const page = json as { webhooks: { id: string }[]; cursor: string | null };
      found.push(...page.webhooks.map(({ id }) => id));
      if (page.cursor === null) break;
      query = `&cursor=${page.cursor}`;
    }
    expect(found.sort()).toEqual(ids.sort());
    expect((await server.get('/api/webhooks', keyOf('read'))).json).toMatchObject({ webhooks: [] });
    expect(problemOf(await server.get('/api/webhooks?limit=101', keyOf('admin')))).toMatchObject({ status: 400 });
  });
});

describe('who may', () => {
  test('W11 an unknown webhook is "Webhook not found", whatever is asked of it', async () => {
    const server = await serve();
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/requests'],
      ['DELETE', '/requests'],
      ['GET', '/requests/a'],
      ['DELETE', '/requests/a'],
      ['GET', '/requests/a/body'],
      ['GET', '/requests/a/parts'],
      ['GET', '/requests/a/parts/0'],
      ['GET', '/requests/a/curl'],
      ['GET', '/export?format=har'],
    ] as const) {
      const headers = method === 'PATCH' ? { 'content-type': 'application/json' } : {};
      const body = method === 'PATCH' ? { body: '{}' } : {};
      const answer = await call(server.port, { method, path: `/api/webhooks/nobody${path}`, headers, ...body });
      expect(answer.json, `${method} ${path}`).toMatchObject({ code: 'NOT_FOUND', detail: 'Webhook not found' });
    }
  });

  test('W11 to watch a locked one takes its secret, its password, or a key for reading', async () => {
    const server = await serveWithKeys();
    const made = await createWebhook(server, { name: 'orders', password: 'pässword of mine' });
    const id = await capture(server, 'orders', { body: 'x' });
    const paths = ['', '/requests', `/requests/${id}`, `/requests/${id}/body`, '/export?format=json'];
    const bytes = Buffer.from('pässword of mine').toString('latin1'); // of UTF-8, as every program sends it
    for (const path of paths.map((rest) => `/api/webhooks/orders${rest}`)) {
      const status = async (headers: Record<string, string>) => (await server.get(path, headers)).status;
      expect(problemOf(await server.get(path)), path).toEqual(LOCKED);
      expect(await status({ 'x-webhook-secret': 'whsec_wrong' })).toBe(401);
      expect(await status({ 'x-webhook-password': 'pass' })).toBe(401);
      expect(await status(keyOf('push'))).toBe(401);
      expect(await status(secretOf(made))).toBe(200);
      expect(await status({ 'x-webhook-secret': `whsec_other,${made.secret}` })).toBe(200);
      expect(await status({ authorization: `Bearer ${made.secret}` })).toBe(200);
      expect(await status({ 'x-webhook-password': bytes })).toBe(200);
      expect(await status(keyOf('read'))).toBe(200);
    }
  });

  test('W11 passwords are not to be guessed', async () => {
    const server = await serve({ loginAttempts: 3 });
    await createWebhook(server, { name: 'orders', password: 'a password of mine' });
    const guess = () => server.get('/api/webhooks/orders', { 'x-webhook-password': 'a guess' });
    for (let i = 0; i < 3; i++) expect((await guess()).status).toBe(401);
    const refused = await guess();
    expect(problemOf(refused)).toEqual(aProblem(429, 'RATE_LIMITED'));
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('W11 to change something takes the secret, or an admin’s key, and the id alone is not enough', async () => {
    const server = await serveWithKeys();
    const made = await createWebhook(server, { name: 'orders', password: 'a password of mine' });
    const id = await capture(server, 'orders');
    const change = (headers: Record<string, string>) => [
      server.send('PATCH', '/api/webhooks/orders', { response: { status: 202 } }, headers),
      ...['/requests/unknown', `/requests/${id}`, '/requests', ''].map((rest) =>
        call(server.port, { method: 'DELETE', path: `/api/webhooks/orders${rest}`, headers }),
      ),
      server.send('POST', `/api/webhooks/orders/requests/${id}/replay`, { url: 'http://a.example' }, headers),
    ];
    const nobody = [{}, { 'x-webhook-password': 'a password of mine' }, keyOf('read'), keyOf('push')];
    for (const headers of nobody) {
      for (const answer of change(headers)) expect(problemOf(await answer)).toEqual(LOCKED);
    }
    const status = async (method: string, rest: string, headers: Record<string, string>) =>
      (await call(server.port, { method, path: `/api/webhooks/orders${rest}`, headers })).status;
    expect(await status('DELETE', '/requests/unknown', secretOf(made))).toBe(404);
    expect(await status('DELETE', `/requests/${id}`, secretOf(made))).toBe(204);
    expect(await status('DELETE', '/requests', keyOf('admin'))).toBe(204);
    expect(await status('DELETE', '', keyOf('admin'))).toBe(204);
    expect(await status('GET', '', secretOf(made))).toBe(404);
  });

  test('a secret is no API key, and a wrong API key is refused even where none is needed', async () => {
    const server = await serve();
    const { id, secret } = await createWebhook(server);
    const path = `/api/webhooks/${id}`;
    expect((await server.get(path, { authorization: `Bearer ${secret}` })).status).toBe(200);
    expect((await server.get(path, { authorization: 'Bearer whsec_of_another' })).status).toBe(200);
    expect(problemOf(await server.get(path, { authorization: 'Bearer nonsense' }))).toEqual(LOCKED);
    expect(problemOf(await server.get(path, { 'x-api-key': secret }))).toEqual(LOCKED);
  });

  test('pages of allowed origins may do all of it, others nothing', async () => {
    const server = await serve({ allowedOrigins: 'https://app.example' });
    const { id } = await createWebhook(server);
    const path = `/api/webhooks/${id}`;
    const asked = await call(server.port, {
      method: 'OPTIONS',
      path,
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'x-webhook-secret',
      },
    });
    expect(asked.headers['access-control-allow-methods']).toContain('PATCH');
    expect(asked.headers['access-control-allow-methods']).toContain('DELETE');
    expect(asked.headers['access-control-allow-headers']).toContain('x-webhook-secret');
    expect(asked.headers['access-control-allow-headers']).toContain('x-webhook-password');
    const evil = { origin: 'https://evil.example' };
    expect(problemOf(await server.send('POST', '/api/webhooks', {}, evil))).toEqual(
      aProblem(403, 'ORIGIN_NOT_ALLOWED'),
    );
    expect((await server.get(path, evil)).headers['access-control-allow-origin']).toBeUndefined();
    const put = await call(server.port, { method: 'PUT', path });
    expect(put.headers['allow']?.split(', ').sort()).toEqual(['DELETE', 'GET', 'PATCH']);
  });
});

describe('changing', () => {
  test('W11 what it answers, keeps, and asks of watchers can be changed, each by itself', async () => {
    const server = await serve();
    const made = await createWebhook(server);
    const patch = (changes: object) => server.send('PATCH', `/api/webhooks/${made.id}`, changes, secretOf(made));
    const headers = [['X-Own', 'a']];
    expect((await patch({ response: { status: 202, body: 'taken', headers } })).json).toMatchObject({
      response: { status: 202, body: 'taken', headers, delay: 0, cors: true },
      retention: made.retention,
      locked: false,
    });
    expect((await patch({ retention: { requests: 2 } })).json).toMatchObject({
      response: { status: 202 },
      retention: { requests: 2, age: made.retention.age },
    });
    const answer = await call(server.port, { path: `/hooks/${made.id}`, method: 'POST' });
    expect([answer.status, answer.text, answer.headers['x-own']]).toEqual([202, 'taken', 'a']);
    expect((await patch({ password: 'a password of mine' })).json).toMatchObject({ locked: true });
    expect((await server.get(`/api/webhooks/${made.id}`)).status).toBe(401);
    expect((await patch({ password: null })).json).toMatchObject({ locked: false });
    expect((await server.get(`/api/webhooks/${made.id}`)).status).toBe(200);
    expect(problemOf(await patch({ colour: 1 }))).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.colour' }));
  });
});

describe('changing the secret', () => {
  test('W11 with `rotateSecret` the answer has a new secret, and the old one opens nothing from then on', async () => {
    const server = await serveWithKeys();
    const made = await createWebhook(server, { name: 'orders' });
    const path = '/api/webhooks/orders';
    const patch = (headers: Record<string, string>, changes: object) => server.send('PATCH', path, changes, headers);
    expect((await patch(secretOf(made), { rotateSecret: false })).json).not.toHaveProperty('secret');
    const { status, json } = await patch(secretOf(made), { rotateSecret: true, response: { status: 202 } });
    expect(status).toBe(200);
    const changed = json as CreatedWebhook;
    expect(changed).toMatchObject({ id: 'orders', response: { status: 202 } });
    expect(changed.secret).toMatch(/^whsec_[\w-]{43}$/);
    expect(changed.secret).not.toBe(made.secret);
    expect(problemOf(await server.get(path, secretOf(made)))).toEqual(LOCKED);
    expect(problemOf(await patch(secretOf(made), { rotateSecret: true }))).toEqual(LOCKED);
    const { json: shown } = await server.get(path, secretOf(changed));
    expect(shown).toMatchObject({ id: 'orders' });
    expect(shown).not.toHaveProperty('secret');
    // Who has lost it gets another one from who has the server.
    const again = (await patch(keyOf('admin'), { rotateSecret: true })).json as CreatedWebhook;
    expect((await server.get(path, secretOf(again))).status).toBe(200);
    expect(problemOf(await patch(secretOf(again), { rotateSecret: 'yes' }))).toEqual(
      aProblem(400, 'VALIDATION_ERROR', { field: 'body.rotateSecret' }),
    );
  });
});

describe('who comes through a proxy on this machine', () => {
  const forwarded = { 'x-forwarded-for': '192.0.2.1' };

  test('W11 is a stranger where webhooks are created', async () => {
    const server = await serve();
    for (let i = 0; i < 30; i++) await createWebhook(server, {}, forwarded);
    expect(problemOf(await server.send('POST', '/api/webhooks', {}, forwarded))).toEqual(aProblem(429, 'RATE_LIMITED'));
    await createWebhook(server);
  });

  test('W11 has nothing sent on, unless the operator says so', async () => {
    const replay = async (settings: Settings, headers: Record<string, string>) => {
      const server = await serve(settings);
      const made = await createWebhook(server);
      const requestId = await capture(server, made.id);
      const path = `/api/webhooks/${made.id}/requests/${requestId}/replay`;
      // Of this machine, so that nothing is sent in any case: the reason tells.
      return server.send('POST', path, { url: 'http://127.0.0.1:9/' }, { ...secretOf(made), ...headers });
    };
    expect((await replay({}, forwarded)).json).toMatchObject({
      code: 'FORBIDDEN',
      detail: expect.stringContaining('sends nothing on'),
    });
    for (const [settings, headers] of [
      [{}, {}],
      [{ webhookReplay: 'public' }, forwarded],
    ] as const) {
      const { json } = await replay(settings, headers);
      expect(json).toMatchObject({ code: 'FORBIDDEN', detail: expect.not.stringContaining('sends nothing on') });
    }
  });
});

test('W11 what is too much or too old is not counted, whoever asks', async () => {
  const server = await serve();
  const made = await createWebhook(server, { retention: { requests: 2, age: 1000 } });
  const bodies = ['a'.repeat(1000), 'b', 'c'];
  for (const body of bodies) await capture(server, made.id, { body });
  const path = `/api/webhooks/${made.id}`;
  const details = (await server.get(path)).json as CreatedWebhook;
  expect(details.requests).toBe(2);
  expect(details.bytes).toBeLessThan(2000);
  expect(await requestsOf(server, made.id)).toMatchObject({ total: 2, requests: [{ body: 'c' }, { body: 'b' }] });
  const list = async () => (await server.get('/api/webhooks', secretOf(made))).json;
  expect(await list()).toMatchObject({ webhooks: [{ requests: 2, bytes: details.bytes }] });
  await expect.poll(list, { timeout: 10_000 }).toMatchObject({ webhooks: [{ requests: 0, bytes: 0 }] });
});

describe('captured requests', () => {
  test('W6 W11 a request is shown as its watchers got it, alone and in the list', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    const client = await NativeClient.connect(server);
    await client.expect('joined', 'join', { webhookId: id });
    const requestId = await capture(server, id, {
      path: '/a%2Fb?x=1&x=%C3%A4&y=',
      headers: { 'X-Thing': ['a', 'b'], 'User-Agent': 'a test' },
      body: '{"text":"ü\\u0000"}',
    });
    const live = (await client.next('new-request')).payload;
    expect(live).toMatchObject({
      id: requestId,
      webhookId: id,
      method: 'POST',
      url: `/hooks/${id}/a%2Fb?x=1&x=%C3%A4&y=`,
      path: '/a%2Fb',
      queryParams: { x: ['1', 'ä'], y: '' },
      headers: { 'x-thing': 'a, b' },
      userAgent: 'a test',
      body: '{"text":"ü\\u0000"}',
      bodyEncoding: 'utf8',
      offset: 1,
    });
    expect((await server.get(`/api/webhooks/${id}/requests/${requestId}`)).json).toEqual(live);
    expect(await requestsOf(server, id)).toEqual({ requests: [live], cursor: null, total: 1 });
    expect((await server.get(`/api/webhooks/${id}`)).json).toMatchObject({
      requests: 1,
      bytes: expect.any(Number),
      lastRequestAt: expect.stringMatching(/Z$/),
    });
    expect((await server.get(`/api/webhooks/${id}/requests/none`)).json).toMatchObject({ detail: 'Request not found' });
  });

  test('W11 requests are listed page by page, in either order, while more come in', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    for (let n = 1; n <= 25; n++) await capture(server, id, { body: String(n) });
    const walk = async (query: string) => {
      const bodies: (string | null)[] = [];
      for (let cursor = ''; ; ) {
        const page = await requestsOf(server, id, `limit=10&${query}${cursor}`);
        bodies.push(...page.requests.map(({ body }) => body));
        if (page.cursor === null) return bodies;
        cursor = `&cursor=${page.cursor}`;
        await capture(server, id, { body: 'later' });
      }
    };
    const numbers = Array.from({ length: 25 }, (_, index) => String(index + 1));
    expect(await walk('order=newest')).toEqual(numbers.toReversed());
    const oldest = await walk('order=oldest');
    expect(oldest.slice(0, 25)).toEqual(numbers);
    expect(await walk('order=oldest&after=23')).toEqual(['24', '25', ...Array(oldest.length - 25).fill('later')]);
    expect((await requestsOf(server, id, 'limit=1')).total).toBe(oldest.length);
  });

  test('W11 requests can be searched by all that they have', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    const json = { 'Content-Type': 'application/json', 'X-Event': 'order.created' };
    await capture(server, id, {
      path: '/Shop/1?q=Z%C3%BCrich',
      headers: json,
      body: '{"user":{"na.me":"Ada"},"items":[{"n":1}]}',
    });
    await capture(server, id, { method: 'PUT', path: '/shop/2', body: 'plain = text' });
    await capture(server, id, { method: 'GET', headers: { 'X-Event': 'ping' } });
    const [third, second, first] = (await requestsOf(server, id)).requests;
    const find = async (query: Record<string, string>) =>
      (await requestsOf(server, id, String(new URLSearchParams(query)))).requests.map(({ id: found }) => found);
    expect(await find({ method: 'put' })).toEqual([second?.id]);
    expect(await find({ path: 'SHOP' })).toEqual([second?.id, first?.id]);
    expect(await find({ header: 'x-event' })).toEqual([third?.id, first?.id]);
    expect(await find({ header: 'X-Event: ORDER' })).toEqual([first?.id]);
    expect(await find({ json: '$.user["na.me"]' })).toEqual([first?.id]);
    expect(await find({ json: '$.user["na.me"]=Ada' })).toEqual([first?.id]);
    expect(await find({ json: '$.items[0].n=1' })).toEqual([first?.id]);
    expect(await find({ json: '$.items[0].n=2' })).toEqual([]);
    expect(await find({ text: 'PLAIN =' })).toEqual([second?.id]);
    expect(await find({ method: 'GET', header: 'x-event:order' })).toEqual([]);
    expect(await find({ from: third?.timestamp ?? '' })).toContain(third?.id);
    expect(await find({ to: first?.timestamp ?? '' })).toEqual([]);
    expect(await find({ from: '2001-01-01', to: '2001-01-02T00:00:00+01:00' })).toEqual([]);
  });

  test('W11 a filter that cannot be understood is refused with its name', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    const wrong: Record<string, readonly string[]> = {
      limit: ['0', '201', 'x', ''],
      order: ['up'],
      cursor: ['x', 'b2xkZXN0OjE'],
      after: ['5', '-1'],
      method: ['', 'G T'],
      header: ['', 'a b', ':x'],
      json: ['', 'a', '$a', '$.', '$.a[', '$.a[x]', '$["a]', '$["\\x"]'],
      from: ['now', '2026-13-01', '2026-11-21T10:00:00', '21.11.2026'],
      to: [''],
      colour: ['red'],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const answer = await server.get(`/api/webhooks/${id}/requests?${new URLSearchParams({ [name]: value })}`);
        const expected = aProblem(400, 'VALIDATION_ERROR', { field: `query.${name}` });
        expect(problemOf(answer), `${name}=${value}`).toEqual(expected);
      }
    }
  });

  test('W11 one is deleted, then all', async () => {
    const server = await serve();
    const made = await createWebhook(server);
    const ids = [await capture(server, made.id), await capture(server, made.id), await capture(server, made.id)];
    const remove = (rest: string) =>
      call(server.port, {
        method: 'DELETE',
        path: `/api/webhooks/${made.id}/requests${rest}`,
        headers: secretOf(made),
      });
    expect((await remove(`/${ids[1]}`)).status).toBe(204);
    expect((await remove(`/${ids[1]}`)).status).toBe(404);
    expect((await requestsOf(server, made.id)).requests.map(({ id }) => id)).toEqual([ids[2], ids[0]]);
    expect((await remove('')).status).toBe(204);
    expect(await requestsOf(server, made.id)).toEqual({ requests: [], cursor: null, total: 0 });
    expect((await remove('')).status).toBe(204);
  });
});

describe('bytes', () => {
  const BODIES: readonly (readonly [name: string, body: Buffer])[] = [
    ['JSON', Buffer.from('{"a":1.0,"b":"ü\\u2028"}')],
    ['text with a BOM', Buffer.from('\uFEFFhello\r\n')],
    ['all bytes', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['invalid UTF-8', Buffer.from([0xc3, 0x28, 0xa0, 0xff])],
    ['a zero', Buffer.from([0])],
    ['1 MB', Buffer.alloc(1_000_000, 'é')],
    ['1 MB of noise', Buffer.from(Array.from({ length: 1_000_000 }, (_, at) => (at * 7919) % 251))],
    ['nothing', Buffer.alloc(0)],
  ];

  test('W11 bodies come back byte for byte, as a download that no browser shows as a page of ours', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    for (const [name, body] of BODIES) {
      const requestId = await capture(server, id, { body });
      const { status, bytes, headers } = await download(server.port, `/api/webhooks/${id}/requests/${requestId}/body`);
      expect([status, bytes.equals(body)], name).toEqual([200, true]);
      expect(headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${id}-${requestId}.bin"`,
        'content-security-policy': expect.stringMatching(/^sandbox/),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    }
  });

  test('W11 the parts of a form are listed and downloaded, each exactly as it was sent', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    const file = Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 256));
    const form = new FormData();
    form.append('text', 'line\r\nline');
    form.append('file', new Blob([file], { type: 'text/html' }), '../../ev\u202Eil "ü".html');
    form.append('empty', new Blob([]), ''); // Node writes no name at all then
    const sent = await fetch(`http://127.0.0.1:${server.port}/hooks/${id}`, { method: 'POST', body: form });
    const path = `/api/webhooks/${id}/requests/${sent.headers.get('roomcast-request-id')}/parts`;
    expect((await server.get(path)).json).toEqual({
      complete: true,
      parts: [
        { index: 0, name: 'text', filename: null, contentType: null, size: 10 },
        { index: 1, name: 'file', filename: '../../ev\u202Eil "ü".html', contentType: 'text/html', size: 5000 },
        { index: 2, name: 'empty', filename: null, contentType: 'application/octet-stream', size: 0 },
      ],
    });
    const { bytes, headers } = await download(server.port, `${path}/1`);
    expect(bytes.equals(file)).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="ev_il ___.html"; filename*=UTF-8''ev_il%20_%C3%BC_.html`,
      'x-content-type-options': 'nosniff',
    });
    expect((await download(server.port, `${path}/0`)).bytes.toString()).toBe('line\r\nline');
    expect(problemOf(await server.get(`${path}/3`))).toEqual(GONE);
    expect(problemOf(await server.get(`${path}/x`))).toMatchObject({ status: 400, field: 'params.index' });
  });

  test('a body that is no form has no parts', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    const requestId = await capture(server, id, { body: '--a\r\n\r\nx\r\n--a--' });
    const { json } = await server.get(`/api/webhooks/${id}/requests/${requestId}/parts`);
    expect(json).toEqual({ parts: [], complete: true });
  });
});

test('W11 the API describes all of it', async () => {
  const server = await serve();
  const { paths } = (await server.get('/docs/json')).json as { paths: Record<string, Record<string, object>> };
  const request = '/api/webhooks/{id}/requests/{requestId}';
  const expected = {
    '/api/webhooks': ['get', 'post'],
    '/api/webhooks/{id}': ['delete', 'get', 'patch'],
    '/api/webhooks/{id}/requests': ['delete', 'get'],
    [request]: ['delete', 'get'],
    [`${request}/body`]: ['get'],
    [`${request}/parts`]: ['get'],
    [`${request}/parts/{index}`]: ['get'],
    [`${request}/curl`]: ['get'],
    [`${request}/replay`]: ['post'],
    '/api/webhooks/{id}/export': ['get'],
  };
  for (const [path, methods] of Object.entries(expected)) {
    expect(
      Object.keys(paths[path] ?? {})
        .filter((method) => method !== 'head')
        .sort(),
      path,
    ).toEqual(methods);
    for (const method of methods) {
      expect(paths[path]?.[method], `${method} ${path}`).toMatchObject({
        summary: expect.any(String),
        tags: ['Webhooks'],
      });
    }
  }
});

/** What is stored is spliced into answers as text: this is what would tell that it was not. */
test('W6 what a sender wrote arrives as it was written', async () => {
  const server = await serve();
  const { id } = await createWebhook(server);
  const body = '{"n":12345678901234567890,"f":1.0,"f":1e400}';
  await capture(server, id, { body, headers: { __proto__x: '1', Cookie: ['a=1', 'b=2'] } });
  const [found] = (await requestsOf(server, id)).requests as readonly [PlacedRequest];
  expect(found).toMatchObject({ body, headers: { cookie: 'a=1; b=2', __proto__x: '1' }, bodySize: body.length });
});
