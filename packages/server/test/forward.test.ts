import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { FakeServer } from '../../client/test/fake-server.ts';
import { RealServer } from '../../client/test/real-server.ts';
import { Api } from './support/api.ts';
import { selfSigned } from './support/certificate.ts';
import { Forwarding, RawTarget } from './support/forwarding.ts';
import { call } from './support/http.ts';
import { serve } from './support/server.ts';
import { createWebhook, RawSocket } from './support/webhooks.ts';

/** Sends a request to a webhook; returns the id under which it was captured. */
async function hit(server: Api, path: string, body: string | Buffer = '', method = 'POST'): Promise<string> {
  const { status, headers } = await call(server.port, { path: `/hooks/${path}`, method, body });
  expect(status).toBe(200);
  return String(headers['roomcast-request-id']);
}

async function prepare(settings: Parameters<typeof serve>[0] = {}, wish: object = {}) {
  const [server, target] = await Promise.all([serve(settings), RawTarget.start()]);
  const webhook = await createWebhook(server, wish);
  return { server, target, webhook };
}

const digits = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `${from + n}`);

test('W11 method, path, query, header order, case and repeats, and the bytes arrive as they were sent', async () => {
  const { server, target, webhook } = await prepare();
  await Forwarding.listening([webhook.url, '--to', `${target.url}/base`]);
  const sender = await RawSocket.open(server.port);
  const body = Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0xfe, 0x00, 0x0d, 0x0a, 0xc3]);
  const head = Buffer.from(
    `PATCH /hooks/${webhook.id}/a%2Fb//c;d/../%c3%28?x=1&x=%20&&y HTTP/1.1\r\n` +
      'x-Signature: sha256=AbC\r\nHOST: example.com\r\nX-Repeat: 1\r\nx-latin: caf\xe9\r\nX-Repeat: 2\r\nEmpty:\r\n' +
      `Connection: close, x-hop\r\nX-Hop: gone\r\nCookie: a=1\r\ncontent-length: ${body.length}\r\nCookie: b=2\r\n\r\n`,
    'latin1',
  );
  await sender.write(Buffer.concat([head, body]));
  const [, id] = /roomcast-request-id: (\S+)/i.exec(await sender.end()) ?? [];
  const arrived = await target.next();
  expect(arrived.head).toEqual([
    'PATCH /base/a%2Fb//c;d/../%c3%28?x=1&x=%20&&y HTTP/1.1',
    'x-Signature: sha256=AbC',
    `HOST: ${new URL(target.url).host}`,
    'X-Repeat: 1',
    'x-latin: caf\xe9',
    'X-Repeat: 2',
    'Empty: ',
    'Cookie: a=1',
    `content-length: ${body.length}`,
    'Cookie: b=2',
    `roomcast-request-id: ${id}`,
    'Connection: close',
  ]);
  expect(arrived.body).toEqual(body);
});

/** Two hundred bodies such as senders send, and some that nobody expects. */
function bodiesOfAllKinds(): readonly Buffer[] {
  const form = (n: number) => `--b${n}\r\ncontent-disposition: form-data; name="f"; filename="ü ${n}.bin"\r\n\r\n`;
  const kinds: readonly ((n: number) => Buffer)[] = [
    (n) => Buffer.from(`{"id": "evt_${n}", "text": "ü \u2028 \\u0000 😀", "amount":1e40${n} }\n`),
    (n) => Buffer.from(`payload=%7B%22n%22%3A${n}%7D&b=%00&c=+`),
    (n) => Buffer.concat([Buffer.from(form(n)), randomBytes(3000 * n), Buffer.from(`\r\n--b${n}--\r\n`)]),
    (n) => Buffer.from(`<?xml version="1.0" encoding="latin1"?><a n="${n}">\xe9</a>`, 'latin1'),
    (n) => gzipSync(`compressed as it was sent ${'again '.repeat(n)}`),
    (n) => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(5000 + n)]),
    (n) => Buffer.from([0xed, 0xa0, 0x80 + n, 0xc3]),
    (n) => Buffer.from(`\ufeffmarked, and \ufeff again ${n}`),
    (n) => Buffer.from(`\x1b[2J\x7f\0${String.fromCharCode(n)}`),
    (n) => Buffer.from('"\\/\t\r\n'.repeat(n * 100)),
  ];
  const bodies = kinds.flatMap((kind) => Array.from({ length: 20 }, (_, n) => kind(n)));
  const largest = [
    randomBytes(1024 * 1024),
    Buffer.from('"\\'.repeat(512 * 1024)),
    Buffer.from('ü'.repeat(512 * 1024)),
  ];
  return [...bodies, ...largest, Buffer.alloc(0)];
}

test('W11 two hundred bodies of all kinds come through byte for byte, in order', async () => {
  const { server, target, webhook } = await prepare();
  const forwarding = await Forwarding.listening([webhook.url, '--to', target.url]);
  const bodies = bodiesOfAllKinds();
  for (const body of bodies) await hit(server, webhook.id, body);
  for (const [n, body] of bodies.entries()) expect((await target.next()).body.equals(body), `body ${n}`).toBe(true);
  expect(await forwarding.finish()).toMatchObject({ code: 0, answered: bodies.length });
});

test('W11 methods, and bodies that came in chunks, reach the target as one would send them there', async () => {
  const { server, target, webhook } = await prepare();
  await Forwarding.listening([webhook.url, '--to', target.url]);
  for (const method of ['GET', 'DELETE', 'PROPFIND', 'PUT', 'QUERY']) await hit(server, webhook.id, 'x', method);
  const heads = await target.lines(5);
  expect(heads.map((line) => line.split(' ')[0])).toEqual(['GET', 'DELETE', 'PROPFIND', 'PUT', 'QUERY']);
  const sender = await RawSocket.open(server.port);
  await sender.write(
    `POST /hooks/${webhook.id} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
  );
  const { head, body } = await target.next();
  expect(head.slice(1, 3)).toEqual([`Host: ${new URL(target.url).host}`, 'Content-Length: 5']);
  expect(body.toString()).toBe('abcde');
});

test('W8 a server that is killed is said to be away, and what came while nobody listened is caught up, once and in order', async () => {
  const server = await RealServer.start();
  onTestFinished(() => server.stop());
  const api = new Api(server.port);
  const target = await RawTarget.start();
  const webhook = await createWebhook(api);
  const forwarding = await Forwarding.listening([webhook.url, '--to', target.url]);
  for (const n of digits(1, 3)) await hit(api, webhook.id, n);
  for (const n of digits(1, 3)) expect((await target.next()).body.toString()).toBe(n);
  await server.kill();
  expect((await forwarding.says('disconnected')).message).toMatch(/^NOT CONNECTED to http:/);
  await server.start();
  for (const n of digits(4, 30)) await hit(api, webhook.id, n);
  for (const n of digits(4, 30)) expect((await target.next()).body.toString()).toBe(n);
  await forwarding.says('connected');
  expect(await forwarding.finish('SIGINT')).toMatchObject({ code: 0, answered: 30 });
  expect(target.requests.waiting).toEqual([]);
});

test('a server that is not there yet is waited for', async () => {
  const server = await RealServer.start();
  onTestFinished(() => server.stop());
  const [target, webhook] = await Promise.all([RawTarget.start(), createWebhook(new Api(server.port))]);
  await hit(new Api(server.port), webhook.id, 'before');
  await server.kill();
  const forwarding = Forwarding.run([webhook.url, '--to', target.url, '--since', 'all']);
  await forwarding.says('disconnected');
  await server.start();
  expect((await target.next()).body.toString()).toBe('before');
});

test('a server that cannot serve the webhook just now is said to be so, and asked again', async () => {
  const server = await FakeServer.start();
  onTestFinished(() => server.stop());
  const forwarding = Forwarding.run([`${server.url.replace('ws', 'http')}/hooks/shop`, '--to', 'http://localhost:9']);
  const peer = await server.peer();
  await peer.welcome();
  peer.refuse(await peer.expect('join'), 'STORAGE_UNAVAILABLE', 10);
  expect((await forwarding.says('delayed')).message).toContain('"shop" CANNOT BE WATCHED just now');
  await peer.admitWatcher();
  await forwarding.says('listening');
  // And one that wants nothing more to do with it.
  peer.close(1008, 'Go away');
  expect((await forwarding.says('refused')).message).toContain('has ended the connection: Go away');
  expect((await forwarding.ended).code).toBe(1);
});

test('several webhooks at once go to their targets; one webhook can go to two', async () => {
  const { server, target, webhook } = await prepare();
  const [other, second] = await Promise.all([RawTarget.start(), createWebhook(server)]);
  const routes = [webhook.url, `${second.url}=${other.url}/second`, `${webhook.url}=${other.url}/first`];
  await Forwarding.listening([...routes, '--to', target.url], {}, 3);
  await hit(server, `${second.id}/x`);
  expect(await other.lines(1)).toEqual(['POST /second/x HTTP/1.1']);
  await hit(server, `${webhook.id}/y`);
  expect(await other.lines(1)).toEqual(['POST /first/y HTTP/1.1']);
  expect(await target.lines(1)).toEqual(['POST /y HTTP/1.1']);
});

test('--since forwards what came before: all, from a time on, or behind a request; then what comes', async () => {
  const { server, webhook } = await prepare();
  const ids: string[] = [];
  for (const n of digits(1, 4)) ids.push(await hit(server, `${webhook.id}/${n}`));
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const cases: readonly (readonly [since: string, first: number])[] = [
    ['all', 1],
    ['1h', 1],
    ['2026-01-01', 1],
    [ids[1] ?? '', 3],
    [tomorrow, 5],
  ];
  const targets = await Promise.all(
    cases.map(async ([since, first]) => {
      const target = await RawTarget.start();
      await Forwarding.listening([webhook.url, '--to', target.url, '--since', since]);
      return { first, target };
    }),
  );
  await hit(server, `${webhook.id}/5`);
  for (const { first, target } of targets) {
    expect(await target.lines(6 - first)).toEqual(digits(first, 5).map((n) => `POST /${n} HTTP/1.1`));
  }
});

test('--since of a webhook that has captured nothing misses nothing', async () => {
  const { server, target, webhook } = await prepare();
  const forwarding = Forwarding.run([webhook.url, '--to', target.url, '--since', 'all']);
  for (const n of digits(1, 50)) await hit(server, `${webhook.id}/${n}`);
  expect(await target.lines(50)).toEqual(digits(1, 50).map((n) => `POST /${n} HTTP/1.1`));
  expect(await forwarding.finish()).toMatchObject({ code: 0, answered: 50 });
});

test('W11 --replay sends a request to each target of its webhook, and says to which', async () => {
  const { server, target, webhook } = await prepare();
  const id = await hit(server, `${webhook.id}/1`, 'one');
  const routes = ['A', 'B'].map((base) => `${webhook.url}=${target.url}/${base}`);
  const forwarding = Forwarding.run([...routes, '--replay', id]);
  expect((await forwarding.ended).code).toBe(0);
  expect(await target.lines(2)).toEqual(['POST /A/1 HTTP/1.1', 'POST /B/1 HTTP/1.1']);
});

test('--replay forwards the requests that are named and ends, with 1 where one was not answered well', async () => {
  const { server, target, webhook } = await prepare();
  const [one, two] = [await hit(server, `${webhook.id}/1`, 'one'), await hit(server, `${webhook.id}/2`, 'two')];
  const replay = (...ids: string[]) =>
    Forwarding.run([webhook.url, '--to', target.url, ...ids.flatMap((id) => ['--replay', id])]).ended;
  expect(await replay(two, one)).toEqual({ code: 0, stderr: '' });
  expect([await target.next(), await target.next()].map(({ body }) => body.toString())).toEqual(['two', 'one']);
  expect((await replay(one, 'unknown-id')).code).toBe(1);
  target.status = 404;
  expect((await replay(one)).code).toBe(0);
  target.status = 500;
  expect((await replay(one)).code).toBe(1);
  await target.stop();
  expect((await replay(one)).code).toBe(1);
});

test('a request whose body was not kept whole is skipped, and said to be, unless it is to be sent as it is', async () => {
  const { server, target, webhook } = await prepare({ webhookBodySize: 1024 });
  const skipping = await Forwarding.listening([webhook.url, '--to', target.url]);
  const other = await RawTarget.start();
  await Forwarding.listening([webhook.url, '--to', other.url, '--truncated', 'send']);
  const { status } = await call(server.port, { path: `/hooks/${webhook.id}`, method: 'POST', body: 'x'.repeat(2000) });
  expect(status).toBe(413);
  await skipping.says('skipped');
  expect((await other.next()).body.length).toBe(1024);
  await hit(server, webhook.id, 'whole');
  expect((await target.next()).body.toString()).toBe('whole');
  expect(await skipping.finish()).toMatchObject({ code: 0, answered: 1, skipped: 1 });
});

/** Sends a request with a path as it stands there. */
async function hitAsItIs({ port }: Api, path: string): Promise<void> {
  const sender = await RawSocket.open(port);
  await sender.write(`POST /hooks/${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  expect(await sender.end()).toMatch(/^HTTP\/1\.1 200 /);
}

test('W11 a path that leads out of that of the target is skipped, and said to be, unless any path is to be sent', async () => {
  const { server, target, webhook } = await prepare();
  const forwarding = await Forwarding.listening([webhook.url, '--to', `${target.url}/api/hooks`]);
  const [any, root] = [await RawTarget.start(), await RawTarget.start()];
  await Forwarding.listening([webhook.url, '--to', `${any.url}/api/hooks`, '--any-path']);
  await Forwarding.listening([webhook.url, '--to', root.url]);
  const paths = [
    '/../../admin',
    '/..%2f..%2fadmin',
    '/%2e%2e/%2E%2e/admin',
    '/..\\..\\admin',
    '/a/../b',
    '//evil.example/x',
  ];
  for (const path of paths) await hitAsItIs(server, `${webhook.id}${path}`);
  for (const path of paths.slice(0, 4)) {
    expect(await forwarding.says('skipped')).toMatchObject({ path, reason: 'path', message: /--any-path/ });
  }
  expect(await target.lines(2)).toEqual(paths.slice(4).map((path) => `POST /api/hooks${path} HTTP/1.1`));
  expect(await any.lines(6)).toEqual(paths.map((path) => `POST /api/hooks${path} HTTP/1.1`));
  expect(await root.lines(6)).toEqual(paths.map((path) => `POST ${path} HTTP/1.1`));
  expect(await forwarding.finish()).toMatchObject({ code: 0, answered: 2, skipped: 4 });
});

test('W11 a target that speaks TLS has to show who it is, unless that does not matter', async () => {
  const { server, webhook } = await prepare();
  const folder = mkdtempSync(join(tmpdir(), 'roomcast-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [cert, key] = selfSigned(folder, 'target');
  const files = { cert: readFileSync(cert), key: readFileSync(key) };
  const target = await RawTarget.start(0, files);
  const id = await hit(server, `${webhook.id}/x`, 'over TLS');
  const replay = async (to: string, args: readonly string[], env: Record<string, string> = {}) => {
    const forwarding = Forwarding.run([webhook.url, '--to', to, '--replay', id, ...args], env);
    const { status, fault } = await forwarding.says('sent');
    return { status, fault, code: (await forwarding.ended).code };
  };
  const refused = 'its certificate is self-signed; --insecure accepts it';
  expect(await replay(target.url, [])).toEqual({ status: null, fault: refused, code: 1 });
  expect(target.requests.waiting).toEqual([]);
  const answered = { status: 200, fault: null, code: 0 };
  expect(await replay(target.url, ['--insecure'])).toEqual(answered);
  expect(await replay(target.url, [], { NODE_EXTRA_CA_CERTS: cert })).toEqual(answered);
  for (let n = 0; n < 2; n++) {
    const { head, body } = await target.next();
    expect([head[0], body.toString()]).toEqual(['POST /x HTTP/1.1', 'over TLS']);
    expect(head).toContain(`Host: ${new URL(target.url).host}`);
  }
  const mistaken = await replay(`https://127.0.0.1:${server.port}`, ['--insecure']);
  expect(mistaken).toEqual({ status: null, fault: 'TLS with it failed; does it speak http: instead?', code: 1 });
});

test('a target that refuses is shown, and with --retry tried again, in order, until it is there', async () => {
  const { server, target, webhook } = await prepare();
  await target.stop();
  const forwarding = await Forwarding.listening([webhook.url, '--to', target.url, '--retry', '5']);
  await hit(server, `${webhook.id}/1`);
  await hit(server, `${webhook.id}/2`);
  const refused = await forwarding.says('sent');
  expect(refused).toMatchObject({ path: '/1', status: null, fault: 'connection refused', attempt: 1, willRetry: true });
  const back = await RawTarget.start(target.port);
  expect(await back.lines(2)).toEqual(['POST /1 HTTP/1.1', 'POST /2 HTTP/1.1']);
  expect(await forwarding.finish()).toMatchObject({ code: 0, answered: 2 });
});

test('without --retry the next one is next', async () => {
  const { server, target, webhook } = await prepare();
  const forwarding = await Forwarding.listening([webhook.url, '--to', target.url]);
  target.status = 503;
  await hit(server, `${webhook.id}/1`);
  expect(await forwarding.says('sent')).toMatchObject({ path: '/1', status: 503, willRetry: false });
  target.status = 200;
  await hit(server, `${webhook.id}/2`);
  expect(await target.lines(2)).toEqual(['POST /1 HTTP/1.1', 'POST /2 HTTP/1.1']);
});

test('a signal lets the one on its way arrive, says what was not sent, and ends with 0', async () => {
  const { server, target, webhook } = await prepare();
  target.status = null;
  const forwarding = await Forwarding.listening([webhook.url, '--to', target.url]);
  for (const n of digits(1, 3)) await hit(server, `${webhook.id}/${n}`);
  await target.next();
  const finished = forwarding.finish('SIGINT');
  await forwarding.says('stopping');
  target.answer(202);
  expect(await finished).toMatchObject({ code: 0, answered: 1, left: 2 });
});

test('--concurrency has so many on their way at a time', async () => {
  const { server, target, webhook } = await prepare();
  target.status = null;
  await Forwarding.listening([webhook.url, '--to', target.url, '--concurrency', '3']);
  for (const n of digits(1, 4)) await hit(server, `${webhook.id}/${n}`);
  // They set out in order, and arrive as they like.
  const first = (await target.lines(3)).toSorted();
  expect(first).toEqual(digits(1, 3).map((n) => `POST /${n} HTTP/1.1`));
  expect(target.requests.waiting).toEqual([]);
  target.answer(200);
  expect(await target.lines(1)).toEqual(['POST /4 HTTP/1.1']);
});

test('more than fits into memory is fetched when there is room again, once and in order', async () => {
  const { server, target, webhook } = await prepare({ webhookRequests: 2000 });
  target.status = null;
  const forwarding = await Forwarding.listening([webhook.url, '--to', target.url]);
  const numbers = digits(1, 1200);
  for (const n of numbers) await hit(server, webhook.id, n);
  await forwarding.says('busy');
  target.answer(200);
  for (const n of numbers) expect((await target.next()).body.toString()).toBe(n);
  expect(await forwarding.finish()).toMatchObject({ code: 0, answered: 1200, left: 0 });
});

test('W3 a webhook that is unknown, or deleted meanwhile, ends it with one sentence and code 1', async () => {
  const { server, target, webhook } = await prepare();
  const origin = new URL(webhook.url).origin;
  const unknown = Forwarding.run([`${origin}/hooks/nobody-knows-it`, '--to', target.url]);
  const sentence = `There is no webhook "nobody-knows-it" at ${origin}.`;
  expect((await unknown.says('refused')).message).toBe(sentence);
  expect((await unknown.ended).code).toBe(1);
  const since = Forwarding.run([`${origin}/hooks/nobody-knows-it`, '--to', target.url, '--since', 'all']);
  expect((await since.says('refused')).message).toBe(sentence);
  const forwarding = await Forwarding.listening([webhook.url, '--to', target.url]);
  await call(server.port, {
    path: `/api/webhooks/${webhook.id}`,
    method: 'DELETE',
    headers: { 'x-webhook-secret': webhook.secret },
  });
  expect((await forwarding.says('gone')).message).toContain('has been deleted');
  expect((await forwarding.ended).code).toBe(1);
});

test('a locked webhook is forwarded with its secret or password, from the environment or a file', async () => {
  const password = 'öpen, sesame';
  const { server, target, webhook } = await prepare({}, { name: 'my-shop', password });
  const args = [webhook.url, '--to', target.url, '--since', 'all'];
  await hit(server, webhook.id, 'locked');
  const without = Forwarding.run(args);
  expect((await without.says('refused')).message).toMatch(/cannot be watched.*ROOMCAST_WEBHOOK_SECRET/);
  expect((await without.ended).code).toBe(1);
  const folder = mkdtempSync(join(tmpdir(), 'roomcast-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'secret'), `my-shop=${webhook.secret}\n`);
  await Forwarding.listening([...args, '--secret-file', join(folder, 'secret')]);
  await Forwarding.listening(args, { ROOMCAST_WEBHOOK_SECRET: webhook.secret });
  await Forwarding.listening(args, { ROOMCAST_WEBHOOK_PASSWORD: password });
  for (let n = 0; n < 3; n++) expect((await target.next()).body.toString()).toBe('locked');
});

test('--new creates a webhook to forward, and says its address and secret', async () => {
  const [server, target] = await Promise.all([serve(), RawTarget.start()]);
  const origin = `http://localhost:${server.port}`;
  const forwarding = Forwarding.run(['--new', origin, '--to', target.url]);
  const { webhookId, url, secret } = await forwarding.says('created');
  expect(url).toBe(`${origin}/hooks/${webhookId}`);
  expect(secret).toMatch(/^whsec_/);
  await forwarding.says('listening');
  await hit(server, `${webhookId}/x`);
  expect(await target.lines(1)).toEqual(['POST /x HTTP/1.1']);
});

test('mistakes in what is asked for are one sentence and code 2', async () => {
  const { ended } = Forwarding.run(['http://localhost/hooks/shop', '--to', 'ftp://localhost']);
  expect(await ended).toEqual({
    code: 2,
    stderr:
      '"ftp://localhost" is nowhere to forward to; it must be an http address such as http://localhost:3000/path.\n',
  });
});
