import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, METHODS, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Answer, aProblem, call, problemOf, UPGRADE } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { TestProcess } from './support/process.ts';
import { serve } from './support/server.ts';
import { bytesOf, type Created, capturedBy, createWebhook, RawSocket } from './support/webhooks.ts';

const KiB = 1024;
const LIMIT = KiB;
/** What happens in a moment may take longer on a busy machine. */
const PATIENT = { timeout: 10_000 };

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'roomcast-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Sends a body and gives the answer. */
function post(port: number, { id }: Created, body: string | Buffer, more: object = {}): Promise<Answer> {
  return call(port, { path: `/hooks/${id}`, method: 'POST', body, ...more });
}

describe('W11 what is captured', () => {
  test('W11 requests of every method that Node knows, but CONNECT, on one connection', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const socket = await RawSocket.open(server.port);
    const methods = METHODS.filter((method) => method !== 'CONNECT');
    for (const [index, method] of methods.entries()) {
      await socket.write(`${method} /hooks/${webhook.id}/${index} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
      expect(await socket.answers(index + 1)).not.toContain('HTTP/1.1 4');
    }
    const captured = await capturedBy(server, webhook);
    expect(captured.map(({ method, path }) => `${method} ${path}`)).toEqual(
      methods.map((method, index) => `${method} /${index}`),
    );
  });

  test('W6 W11 all that a request says, to those who watch and to those who read later', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const watcher = await NativeClient.connect(server);
    await watcher.expect('joined', 'join', { webhookId: webhook.id });
    const before = Date.now();
    const answer = await call(server.port, {
      method: 'PUT',
      path: `/hooks/${webhook.id}/orders/7?a=1&b=2&a=3&flag`,
      headers: { 'User-Agent': 'test/1', 'content-type': 'application/json', 'X-Twice': ['one', 'two'] },
      body: '{"x":1}',
    });
    expect(answer).toMatchObject({ status: 200, text: '' });
    const { payload } = await watcher.next('new-request');
    const head = {
      id: answer.headers['roomcast-request-id'],
      webhookId: webhook.id,
      method: 'PUT',
      httpVersion: '1.1',
    };
    expect(payload).toEqual({
      ...head,
      offset: 1,
      epoch: expect.any(String),
      url: `/hooks/${webhook.id}/orders/7?a=1&b=2&a=3&flag`,
      path: '/orders/7',
      query: 'a=1&b=2&a=3&flag',
      headers: {
        'content-length': '7',
        'user-agent': 'test/1',
        'content-type': 'application/json',
        'x-twice': 'one, two',
        host: `localhost:${server.port}`,
        connection: 'close',
      },
      rawHeaders: [
        ['content-length', '7'],
        ['User-Agent', 'test/1'],
        ['content-type', 'application/json'],
        ['X-Twice', 'one'],
        ['X-Twice', 'two'],
        ['Host', `localhost:${server.port}`],
        ['Connection', 'close'],
      ],
      queryParams: { a: ['1', '3'], b: '2', flag: '' },
      body: '{"x":1}',
      bodyEncoding: 'utf8',
      bodySize: 7,
      truncated: false,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      sourceIp: '127.0.0.1',
      userAgent: 'test/1',
      secure: false,
      duration: expect.any(Number),
    });
    expect(Date.parse(payload.timestamp)).toBeGreaterThanOrEqual(before);
    expect(await capturedBy(server, webhook)).toEqual([payload]);
  });

  test('W6 headers in their order, with their case and repeats, whatever they are called', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const socket = await RawSocket.open(server.port);
    const headers = [
      ...[
        ['Host', 'x'],
        ['X-B', '1'],
        ['x-a', '2'],
        ['X-b', '3'],
        ['__proto__', 'polluted'],
        ['constructor', 'c'],
      ],
      ...[
        ['Cookie', 'a=1'],
        ['cookie', 'b=2'],
        ['X-Empty', ''],
        ['X-Latin', 'caf\xe9'],
        ['Content-Type', 'a'],
        ['content-type', 'b'],
      ],
    ];
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const target = `/hooks/${webhook.id}?__proto__=1&toString=2&__proto__=3`;
    await socket.write(Buffer.from(`GET ${target} HTTP/1.1\r\n${lines}\r\n`, 'latin1'));
    await socket.until(/\r\n\r\n$/);
    const [captured] = await capturedBy(server, webhook);
    expect(captured?.rawHeaders).toEqual(headers);
    expect(Object.entries(captured?.headers ?? {})).toEqual([
      ...[
        ['host', 'x'],
        ['x-b', '1, 3'],
        ['x-a', '2'],
        ['__proto__', 'polluted'],
        ['constructor', 'c'],
      ],
      ...[
        ['cookie', 'a=1; b=2'],
        ['x-empty', ''],
        ['x-latin', 'caf\xe9'],
        ['content-type', 'a, b'],
      ],
    ]);
    expect(Object.entries(captured?.queryParams ?? {})).toEqual([
      ['__proto__', ['1', '3']],
      ['toString', '2'],
    ]);
    expect(captured).toMatchObject({ body: null, bodyEncoding: null, bodySize: 0, userAgent: null });
  });

  test('W11 the target as it was sent', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const targets: [sent: string, path: string, query: string, queryParams: object][] = [
      ['/hooks/ID', '', '', {}],
      ['/hooks/ID/', '/', '', {}],
      ['/hooks/ID?', '', '', {}],
      ['/hooks/ID/%zz//..;x?a=1&a=2&b', '/%zz//..;x', 'a=1&a=2&b', { a: ['1', '2'], b: '' }],
      ['/hooks/ID/../../api/health?x=%GG+%E2%82%AC', '/../../api/health', 'x=%GG+%E2%82%AC', { x: '%GG €' }],
      ['/hooks/ID?a?b=c&=d&&e', '', 'a?b=c&=d&&e', { 'a?b': 'c', '': 'd', e: '' }],
      ['http://elsewhere.example/hooks/ID/abs?q=1', '/abs', 'q=1', { q: '1' }],
      ['HTTPS://user@host:1/hooks/ID', '', '', {}],
    ];
    for (const [target] of targets) {
      const socket = await RawSocket.open(server.port);
      await socket.write(`GET ${target.replace('ID', webhook.id)} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(await socket.answers(1)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    }
    const captured = await capturedBy(server, webhook);
    expect(captured.map(({ url, path, query, queryParams }) => ({ url, path, query, queryParams }))).toEqual(
      targets.map(([target, path, query, queryParams]) => {
        const url = target.replace('ID', webhook.id).replace(/^https?:\/\/[^/]*/i, '');
        return { url, path, query, queryParams };
      }),
    );
  });

  test('W11 a WebSocket handshake, and one that expects what nobody knows, as the plain requests that they are', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    expect((await call(server.port, { path: `/hooks/${webhook.id}`, headers: UPGRADE })).status).toBe(200);
    expect((await post(server.port, webhook, 'x', { headers: { expect: 'miracles' } })).status).toBe(200);
    const captured = await capturedBy(server, webhook);
    expect(captured.map(({ headers }) => [headers['upgrade'], headers['expect']])).toEqual([
      ['websocket', undefined],
      [undefined, 'miracles'],
    ]);
  });

  test('W11 where a request came from, as a trusted proxy says', async () => {
    const server = await serve({ trustedProxies: '127.0.0.1' });
    const webhook = await createWebhook(server);
    const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7', 'x-forwarded-proto': 'https' };
    await post(server.port, webhook, 'x', { headers });
    expect(await capturedBy(server, webhook)).toMatchObject([{ sourceIp: '198.51.100.7', secure: true }]);
  });

  test('W11 requests one after the other on one connection, and those that were sent ahead', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const socket = await RawSocket.open(server.port);
    const head = `POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n`;
    await socket.write(`${head}1${head}2${head}3`);
    await socket.answers(3);
    expect((await capturedBy(server, webhook)).map(({ body }) => body)).toEqual(['1', '2', '3']);
  });
});

describe('W11 senders that end their side once they have sent all', () => {
  test.each([0, 200])('W11 get their answers all the same, which come after %i ms', async (delay) => {
    const server = await serve();
    const webhook = await createWebhook(server, { response: { delay, status: 202 } });
    const head = `POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n`;
    for (const request of [`${head}\r\nhi`, `${head}Connection: close\r\n\r\nhi`, `${head}\r\nhi${head}\r\nho`]) {
      const socket = await RawSocket.open(server.port);
      await socket.write(request);
      socket.finish();
      const answers = (await socket.end()).match(/HTTP\/1.1 \d+/g);
      expect(answers).toEqual(request.endsWith('hi') ? ['HTTP/1.1 202'] : ['HTTP/1.1 202', 'HTTP/1.1 202']);
    }
    expect((await capturedBy(server, webhook)).map(({ body }) => body)).toEqual(['hi', 'hi', 'hi', 'ho']);
  });

  test('W11 in the middle of a body have broken off', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const socket = await RawSocket.open(server.port);
    await socket.write(`POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf`);
    socket.finish();
    await socket.end();
    await expect.poll(() => capturedBy(server, webhook), PATIENT).toMatchObject([{ body: 'half', truncated: true }]);
  });

  test('W11 have gone, where they wait for news without end', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const stream = await RawSocket.open(server.port);
    await stream.write(`GET /api/webhooks/${webhook.id}/events HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    await stream.until(/joined/);
    stream.finish();
    await server.buried();
    // On one connection with a request to a webhook, too, once that has its answer.
    const both = await RawSocket.open(server.port);
    await both.write(`GET /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await both.until(/200 OK/);
    await both.write(`GET /api/webhooks/${webhook.id}/events HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    await both.until(/joined/);
    both.finish();
    await server.buried();
  });
});

describe('W11 bodies come back byte for byte', () => {
  test('W11 of text, of bytes, and of what is nearly text', async () => {
    const server = await serve({ webhookBodySize: LIMIT });
    const webhook = await createWebhook(server);
    const bodies: [name: string, bytes: Buffer, encoding: string][] = [
      ['text', Buffer.from('{"grüße": "€ 😀"}'), 'utf8'],
      ['text that begins with a byte order mark', Buffer.from('\ufeff<xml/>'), 'utf8'],
      ['a line of each kind', Buffer.from('a\tb\r\nc\fd\be'), 'utf8'],
      ['invalid UTF-8', Buffer.from([0x68, 0xff, 0xfe, 0x69]), 'base64'],
      ['a surrogate in UTF-8', Buffer.from([0xed, 0xa0, 0x80]), 'base64'],
      ['a zero byte', Buffer.from('a\0b'), 'base64'],
      ['an escape character', Buffer.from('\x1b[31mred'), 'base64'],
      ['random bytes', randomBytes(LIMIT - 1), 'base64'],
      ['exactly as much as the limit', Buffer.alloc(LIMIT, 'a'), 'utf8'],
      ['one byte', Buffer.from('x'), 'utf8'],
    ];
    for (const [, bytes] of bodies) expect((await post(server.port, webhook, bytes)).status).toBe(200);
    const captured = await capturedBy(server, webhook);
    for (const [index, [name, bytes, bodyEncoding]] of bodies.entries()) {
      const one = captured[index];
      expect(one, name).toMatchObject({ bodyEncoding, bodySize: bytes.length, truncated: false });
      expect(one && bytesOf(one).equals(bytes), name).toBe(true);
    }
  });

  test('W11 a megabyte, of text that JSON must escape and of bytes', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const watcher = await NativeClient.connect(server);
    await watcher.expect('joined', 'join', { webhookId: webhook.id });
    const bodies = [Buffer.alloc(1024 * KiB, '"\\'), randomBytes(1024 * KiB)];
    for (const body of bodies) {
      expect((await post(server.port, webhook, body)).status).toBe(200);
      const { payload } = await watcher.next('new-request');
      expect(bytesOf(payload).equals(body)).toBe(true);
    }
    const captured = await capturedBy(server, webhook);
    expect(captured.map((one) => bodies.findIndex((body) => bytesOf(one).equals(body)))).toEqual([0, 1]);
  });

  test('W11 in chunks with trailers, encoded as it was sent', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const socket = await RawSocket.open(server.port);
    const head = `POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n`;
    await socket.write(`${head}3;ext=1\r\nabc\r\n`);
    await socket.write('2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n');
    expect(await socket.answers(1)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(await capturedBy(server, webhook)).toMatchObject([
      { body: 'abcde', bodySize: 5, headers: { 'transfer-encoding': 'chunked', 'content-encoding': 'gzip' } },
    ]);
  });

  test('W11 as curl sends them: a file, a form, and one that asks before it sends', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const curl = async (...args: string[]): Promise<void> => {
      const url = `http://127.0.0.1:${server.port}/hooks/${webhook.id}`;
      await promisify(execFile)('curl', ['-m', '10', '-sS', '--fail', ...args, url]);
    };
    const bytes = randomBytes(300 * KiB);
    const file = join(folder(), 'picture.png');
    writeFileSync(file, bytes);
    await curl('-T', file, '-H', 'Expect: 100-continue');
    await curl('-d', 'a=1&b=%20');
    await curl('-F', `upload=@${file};type=image/png`, '-F', 'name=x', '-H', 'Transfer-Encoding: chunked');
    const [put, form, multipart] = await capturedBy(server, webhook);
    expect(put).toMatchObject({ method: 'PUT', headers: { expect: '100-continue' }, bodySize: bytes.length });
    expect(put && bytesOf(put).equals(bytes)).toBe(true);
    expect(form).toMatchObject({ body: 'a=1&b=%20', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(multipart && bytesOf(multipart).includes(bytes)).toBe(true);
  });

  test('W11 of a sender that waits for "100 Continue", and of one that takes its time', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const socket = await RawSocket.open(server.port);
    await socket.write(
      `POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
    );
    await socket.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
    await socket.write('ab');
    const other = await RawSocket.open(server.port);
    await other.write(`GET /hooks/${webhook.id}/meanwhile HTTP/1.1\r\nHost: x\r\n\r\n`);
    await other.until(/200 OK/);
    await socket.write('cd');
    await socket.until(/200 OK/);
    const [first, second] = await capturedBy(server, webhook);
    expect(first).toMatchObject({ path: '/meanwhile' });
    expect(second).toMatchObject({ body: 'abcd', truncated: false });
    expect(Date.parse(second?.timestamp ?? '')).toBeLessThanOrEqual(Date.parse(first?.timestamp ?? ''));
  });
});

describe('W11 bodies that are not whole', () => {
  test('W11 more than the limit: the beginning is kept, and the sender gets to read why not more', async () => {
    const server = await serve({ webhookBodySize: LIMIT });
    const webhook = await createWebhook(server);
    const bytes = randomBytes(LIMIT + 1);
    const answer = await post(server.port, webhook, bytes);
    expect(problemOf(answer)).toEqual(aProblem(413, 'PAYLOAD_TOO_LARGE'));
    expect(answer.headers).toMatchObject({ connection: 'close', 'roomcast-request-id': expect.any(String) });
    const [captured] = await capturedBy(server, webhook);
    expect(captured).toMatchObject({ id: answer.headers['roomcast-request-id'], bodySize: LIMIT, truncated: true });
    expect(captured && bytesOf(captured).equals(bytes.subarray(0, LIMIT))).toBe(true);
  });

  test('W11 far more than the limit, from senders that read no answer before they have sent all', async () => {
    const server = await serve({ webhookBodySize: LIMIT });
    const webhook = await createWebhook(server);
    const socket = await RawSocket.open(server.port);
    const size = 32 * 1024 * KiB;
    await socket.write(`POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
    for (let sent = 0; sent < size; sent += 1024 * KiB) await socket.write(Buffer.alloc(1024 * KiB, 'a'));
    expect(await socket.end()).toMatch(/^HTTP\/1.1 413 Payload Too Large\r\n.*"code":"PAYLOAD_TOO_LARGE"\}$/s);
    expect(await capturedBy(server, webhook)).toMatchObject([{ body: 'a'.repeat(LIMIT), truncated: true }]);
    expect((await post(server.port, webhook, 'next')).status).toBe(200);
  });

  test('W11 chunks without end: the connection is closed after a while', async () => {
    const server = await serve({ webhookBodySize: LIMIT });
    const webhook = await createWebhook(server);
    const socket = await RawSocket.open(server.port);
    await socket.write(`POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
    await socket.write(`800\r\n${'a'.repeat(2 * KiB)}\r\n`);
    expect(await socket.end()).toMatch(/^HTTP\/1.1 413 /);
  });

  test('W11 broken off by the sender: what came is kept', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const watcher = await NativeClient.connect(server);
    await watcher.expect('joined', 'join', { webhookId: webhook.id });
    const socket = await RawSocket.open(server.port);
    await socket.write(`POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this`);
    socket.destroy();
    const { payload } = await watcher.next('new-request');
    expect(payload).toMatchObject({ body: 'only this', bodySize: 9, truncated: true, sourceIp: '127.0.0.1' });
  });

  test('W11 in chunks that are none: what came is kept', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const watcher = await NativeClient.connect(server);
    await watcher.expect('joined', 'join', { webhookId: webhook.id });
    const socket = await RawSocket.open(server.port);
    const head = `POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
    await socket.write(`${head}3\r\nabc\r\nnonsense\r\n`);
    expect(await socket.end()).toMatch(/^HTTP\/1.1 400 /);
    expect((await watcher.next('new-request')).payload).toMatchObject({ body: 'abc', truncated: true });
  });
});

describe('W11 senders that mean no good', () => {
  test('W11 hold bodies back without end, and yet there is place for those that come', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const size = 1024 * KiB;
    const begin = async (): Promise<RawSocket> => {
      const socket = await RawSocket.open(server.port);
      await socket.write(`POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
      await socket.write(Buffer.alloc(size - 1));
      return socket;
    };
    const slow = await Promise.all(Array.from({ length: 66 }, begin));
    await Promise.race(slow.map((socket) => socket.until(/^HTTP\/1.1 503 /)));
    const statuses = new Set<number>();
    for (let i = 0; i < 20; i++) statuses.add((await post(server.port, webhook, 'x'.repeat(10_000))).status);
    expect([...statuses]).toEqual([200]);
  });

  test('W11 a connection that sends on and on and waits for no answer is broken off', async () => {
    const server = await serve();
    const webhook = await createWebhook(server, { response: { delay: 30_000 } });
    const socket = await RawSocket.open(server.port);
    await socket.write(`GET /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(1000));
    expect(await socket.end()).toBe('');
    await expect.poll(async () => (await capturedBy(server, webhook)).length, PATIENT).toBe(256);
  });

  test('W11 requests with bytes in them that belong nowhere harm nobody', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const odd = [
      ' ',
      '?',
      '&',
      '%',
      '%zz',
      '\r',
      '\n',
      '\0',
      '\t',
      ':',
      ';',
      '\xff',
      '\xc3',
      '#',
      '..',
      '//',
      '"',
      '\x7f',
    ];
    const parts = odd.flatMap((one) => [one, `${one}${one}`, `a${one}b`]);
    const statuses = new Set<string>();
    for (const part of parts) {
      for (const place of ['/hooks/ID/', '/hooks/ID?', '/hooks/', 'X-', 'X-A: ', 'Transfer-Encoding: chunked']) {
        const [target, line] = place.startsWith('/') ? [place + part, 'X: y'] : ['/hooks/ID', place + part];
        const socket = await RawSocket.open(server.port);
        const head = `POST ${target} HTTP/1.1\r\nHost: x\r\n${line}\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`;
        await socket.write(Buffer.from(head.replace('ID', webhook.id), 'latin1'));
        statuses.add((await socket.end()).slice(9, 12));
      }
    }
    expect([...statuses].sort()).toEqual(['200', '400', '404']);
    for (const { url, path, query } of await capturedBy(server, webhook)) {
      expect([`${path}?${query}`, path + query]).toContain(url.slice(`/hooks/${webhook.id}`.length));
    }
  });
});

describe('W11 what a webhook answers', () => {
  test('W11 nothing, by default, and in a way that makes no page of this server', async () => {
    const server = await serve();
    const webhook = await createWebhook(server);
    const { status, text, headers } = await post(server.port, webhook, 'x');
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers).toMatchObject({
      'content-length': '0',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      'roomcast-request-id': expect.stringMatching(/^[A-Za-z0-9_-]{20,}$/),
    });
    expect(headers['content-type']).toBeUndefined();
  });

  test('W11 what its owner has set: status, headers in their order and case, body', async () => {
    const server = await serve();
    const webhook = await createWebhook(server, {
      response: {
        status: 418,
        headers: [
          ['X-B', '1'],
          ['x-a', ' 2 '],
          ['X-B', '3'],
        ],
        body: 'grüße',
      },
    });
    const socket = await RawSocket.open(server.port);
    await socket.write(`GET /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const text = await socket.until(/\r\n\r\n.+$/);
    expect(text).toMatch(/^HTTP\/1.1 418 /);
    expect(text).toContain('X-B: 1\r\nx-a: 2\r\nX-B: 3\r\n');
    expect(text).toContain('content-type: text/plain; charset=utf-8\r\ncontent-length: 7\r\n');
    expect(text.endsWith(Buffer.from('\r\n\r\ngrüße').toString('latin1'))).toBe(true);
  });

  test('W11 from the next request on, once it has been changed', async () => {
    const server = await serve();
    const webhook = await createWebhook(server, { response: { status: 500, body: 'before' } });
    const response = { status: 302, headers: [['Location', 'https://example.com/']] };
    const secret = { 'x-webhook-secret': webhook.secret };
    expect((await server.postJson(`/api/webhooks/${webhook.id}`, { response }, 'PATCH', secret)).status).toBe(200);
    const answer = await post(server.port, webhook, 'x');
    expect(answer).toMatchObject({ status: 302, text: 'before', headers: { location: 'https://example.com/' } });
  });

  test('W11 no body where there can be none, and the connection goes on', async () => {
    const server = await serve();
    const socket = await RawSocket.open(server.port);
    let answers = 0;
    for (const [status, method, length] of [
      [204, 'GET', null],
      [304, 'GET', null],
      [205, 'GET', 0],
      [200, 'HEAD', 4],
      [200, 'HEAD', 4],
    ] as const) {
      const webhook = await createWebhook(server, { response: { status, body: 'body' } });
      await socket.write(`${method} /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\n\r\n`);
      answers++;
      const text = await socket.answers(answers);
      const last = text.slice(text.lastIndexOf('HTTP/1.1'));
      expect(last).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      if (length === null) expect(last).not.toMatch(/content-length|transfer-encoding/i);
      else expect(last).toContain(`content-length: ${length}\r\n`);
    }
  });

  test('W11 nothing that would touch the other pages of this server, and says which header it is', async () => {
    const server = await serve();
    const { id, secret } = await createWebhook(server);
    const change = { response: { headers: [['Set-Cookie', 'a=1']] } };
    const answer = await server.postJson(`/api/webhooks/${id}`, change, 'PATCH', { 'x-webhook-secret': secret });
    expect(problemOf(answer)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.response.headers' }));
    expect(answer.text).toContain('set-cookie');
    expect((await server.postJson('/api/webhooks', { response: { status: 199 } })).status).toBe(400);
  });

  test('W11 nothing of it becomes a part of a page of this server, and yet all is captured', async () => {
    const server = await serve();
    const webhook = await createWebhook(server, { response: { body: 'alert(1)' } });
    const get = (site: string, dest: string) =>
      call(server.port, { path: `/hooks/${webhook.id}`, headers: { 'sec-fetch-site': site, 'sec-fetch-dest': dest } });
    const refused = await get('same-origin', 'script');
    expect(problemOf(refused)).toEqual(aProblem(403, 'FORBIDDEN'));
    expect(refused.headers['roomcast-request-id']).toEqual(expect.any(String));
    expect(refused.text).not.toContain('alert');
    expect(await get('same-origin', 'empty')).toMatchObject({ status: 200, text: 'alert(1)' });
    expect(await get('cross-site', 'script')).toMatchObject({ status: 200, text: 'alert(1)' });
    expect(await capturedBy(server, webhook)).toHaveLength(3);
  });

  test('W11 after a delay, which holds nothing up that is captured meanwhile', async () => {
    const server = await serve();
    const webhook = await createWebhook(server, { response: { delay: 300 } });
    const watcher = await NativeClient.connect(server);
    await watcher.expect('joined', 'join', { webhookId: webhook.id });
    const begun = performance.now();
    let answered = false;
    const answer = post(server.port, webhook, 'x').then((it) => {
      answered = true;
      return it;
    });
    await watcher.next('new-request');
    expect(answered).toBe(false);
    expect((await answer).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(299);
  });

  test('W11 at once where the server is about to go: nobody is left without an answer', async () => {
    const server = await TestProcess.start({ shutdownTimeout: '5s' });
    const webhook = await createWebhook(server, { response: { delay: 30_000, body: 'late' } });
    const watcher = await NativeClient.connect(server);
    await watcher.expect('joined', 'join', { webhookId: webhook.id });
    const answer = post(server.port, webhook, 'x');
    await watcher.next('new-request');
    server.kill('SIGTERM');
    expect(await answer).toMatchObject({ status: 200, text: 'late' });
    expect((await server.exited).code).toBe(0);
  });

  test('W11 pages of any origin what they ask before they send, unless that is switched off', async () => {
    const server = await serve();
    const preflight = {
      method: 'OPTIONS',
      headers: {
        origin: 'https://page.example',
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'x-one,content-type',
      },
    };
    const open = await createWebhook(server, { response: { status: 404 } });
    const answer = await post(server.port, open, '', preflight);
    expect(answer).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'DELETE',
        'access-control-allow-headers': 'x-one,content-type',
      },
    });
    expect((await post(server.port, open, '', { method: 'OPTIONS' })).status).toBe(404);
    const own = { cors: false, status: 201, headers: [['Access-Control-Allow-Origin', 'https://page.example']] };
    const closed = await createWebhook(server, { response: own });
    const other = await post(server.port, closed, '', preflight);
    expect(other).toMatchObject({ status: 201, headers: { 'access-control-allow-origin': 'https://page.example' } });
    expect((await capturedBy(server, open)).map(({ method }) => method)).toEqual(['OPTIONS', 'OPTIONS']);
  });
});

describe('W11 what is not captured', () => {
  test('W3 W11 what is sent to a webhook that does not exist', async () => {
    const server = await serve();
    for (const path of ['/hooks', '/hooks/', '/hooks?x=1', '/hooks/nobody', '/hooks/nobody/x?y', '/hooks/%zz']) {
      const answer = await call(server.port, { path, method: 'POST', body: 'x' });
      expect(problemOf(answer), path).toEqual(aProblem(404, 'NOT_FOUND'));
      expect(answer.json).toMatchObject({ detail: 'Webhook not found' });
      expect(answer.headers['content-security-policy']).toBe('sandbox');
    }
    expect((await call(server.port, { path: '/hooksx' })).json).not.toMatchObject({ detail: 'Webhook not found' });
  });

  test('W11 who asks beforehand whether to send a body to nobody is told at once, and sends none', async () => {
    const server = await serve();
    for (const size of [10, 10_000_000]) {
      const socket = await RawSocket.open(server.port);
      await socket.write(
        `POST /hooks/nobody HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${size}\r\n\r\n`,
      );
      const answer = await socket.until(/"NOT_FOUND"\}$/);
      expect(answer).toMatch(/^HTTP\/1.1 404 /);
      expect(answer).toMatch(/connection: close/i);
      socket.destroy();
    }
    const json = { 'content-type': 'application/json', expect: '100-continue' };
    const created = await call(server.port, { method: 'POST', path: '/api/webhooks', headers: json, body: '{}' });
    expect(created.status).toBe(201);
  });

  test('W11 what is sent behind a body that is too large: the connection ends with its answer', async () => {
    const server = await serve({ webhookBodySize: LIMIT });
    const webhook = await createWebhook(server);
    const socket = await RawSocket.open(server.port);
    const head = `POST /hooks/${webhook.id} HTTP/1.1\r\nHost: x\r\nContent-Length: ${LIMIT + 1}\r\n\r\n`;
    const behind = `GET /hooks/${webhook.id}/behind HTTP/1.1\r\nHost: x\r\n\r\n`;
    const create = 'POST /api/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';
    await socket.write(`${head}${'a'.repeat(LIMIT + 1)}${behind}${create}`);
    const text = await socket.end();
    expect(text).toMatch(/^HTTP\/1.1 413 .*"code":"PAYLOAD_TOO_LARGE"\}$/s);
    expect((await capturedBy(server, webhook)).map(({ path }) => path)).toEqual(['']);
    expect((await server.get('/metrics')).text).toContain('roomcast_webhooks 1\n');
  });

  test('W11 a large body for nobody is answered before it is there, and small ones keep their connection', async () => {
    const server = await serve();
    const socket = await RawSocket.open(server.port);
    const head = 'POST /hooks/nobody HTTP/1.1\r\nHost: x\r\nContent-Length: ';
    await socket.write(`${head}2\r\n\r\nab`);
    await socket.until(/"NOT_FOUND"\}$/);
    await socket.write(`${head}10000000\r\n\r\nab`);
    const answers = await socket.until(/^HTTP\/1.1 404 .*HTTP\/1.1 404 .*"NOT_FOUND"\}$/s);
    expect(answers.match(/connection: (keep-alive|close)/gi)).toEqual(['Connection: keep-alive', 'connection: close']);
  });

  test('W11 names are found in any case, and ids as they are', async () => {
    const server = await serve();
    const named = await createWebhook(server, { name: 'My.Shop' });
    expect(named.id).toBe('my.shop');
    expect((await call(server.port, { path: '/hooks/MY.shop/a' })).status).toBe(200);
    expect((await call(server.port, { path: '/hooks/%6dy.shop/a' })).status).toBe(200);
    const { id } = await createWebhook(server);
    expect((await call(server.port, { path: `/hooks/${id.toUpperCase()}` })).status).toBe(404);
    expect(await capturedBy(server, named)).toHaveLength(2);
  });

  test('W11 anything while the database is away: senders are told to come again, and then it goes on', async () => {
    const dataDir = folder();
    const server = await TestProcess.start({ dataDir });
    const webhook = await createWebhook(server);
    const database = new Database(join(dataDir, 'roomcast.db'));
    database.exec('BEGIN IMMEDIATE');
    const answer = await post(server.port, webhook, 'lost');
    expect(problemOf(answer)).toEqual(aProblem(503, 'STORAGE_UNAVAILABLE'));
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(await capturedBy(server, webhook)).toEqual([]);
    database.close();
    await expect.poll(async () => (await post(server.port, webhook, 'again')).status, PATIENT).toBe(200);
    expect((await capturedBy(server, webhook)).map(({ body }) => body)).toEqual(['again']);
  });

  test('W11 anything once the server drains', async () => {
    const server = await TestProcess.start({ drainDelay: '20s' });
    const webhook = await createWebhook(server);
    server.kill('SIGTERM');
    await expect.poll(async () => (await server.get('/ready')).status, PATIENT).toBe(503);
    const answer = await post(server.port, webhook, 'x');
    expect(problemOf(answer)).toEqual(aProblem(503, 'SHUTTING_DOWN'));
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});

test('W11 what was answered survives kill -9, and so does what a webhook is set to', async () => {
  const dataDir = folder();
  let server = await TestProcess.start({ dataDir });
  const webhook = await createWebhook(server, { name: 'kept', response: { status: 202 } });
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const { port } = server;
  let answered = 0;
  const sent = Array.from({ length: 400 }, (_, index) => {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const outgoing = request({ agent, port, path: `/hooks/kept/${index}`, method: 'POST' }, (response) => {
      response.resume();
      if (++answered === 200) server.kill('SIGKILL');
      resolve((response.headers['roomcast-request-id'] as string | undefined) ?? null);
    });
    outgoing.on('error', () => resolve(null));
    outgoing.end(String(index));
    return promise;
  });
  const ids = (await Promise.all(sent)).filter((id) => id !== null);
  agent.destroy();
  await server.exited;
  expect(ids.length).toBeGreaterThanOrEqual(200);
  server = await TestProcess.start({ dataDir });
  const kept = await capturedBy(server, webhook);
  const known = new Set(kept.map(({ id }) => id));
  expect(ids.filter((id) => !known.has(id))).toEqual([]);
  expect(kept.map(({ offset }) => offset)).toEqual(kept.map((_, index) => index + 1));
  expect((await post(server.port, webhook, 'after')).status).toBe(202);
  expect((await capturedBy(server, webhook)).length).toBe(kept.length + 1);
});

test('W5 nobody who does not watch is sent anything', async () => {
  const server = await serve();
  const [one, other] = [await createWebhook(server), await createWebhook(server)];
  const [watcher, stranger] = [await NativeClient.connect(server), await NativeClient.connect(server)];
  await watcher.expect('joined', 'join', { webhookId: one.id });
  await stranger.expect('joined', 'join', { webhookId: other.id });
  await post(server.port, one, 'for one');
  await post(server.port, other, 'for the other');
  expect((await watcher.next('new-request')).payload).toMatchObject({ body: 'for one' });
  expect((await stranger.next('new-request')).payload).toMatchObject({ body: 'for the other', offset: 1 });
});

test('OR-001 W11 what was captured and refused is counted', async () => {
  const server = await serve({ webhookBodySize: LIMIT });
  const webhook = await createWebhook(server);
  await post(server.port, webhook, 'abc');
  await post(server.port, webhook, Buffer.alloc(LIMIT + 1));
  await call(server.port, { path: '/hooks/nobody' });
  expect(await server.metric('roomcast_webhook_requests_total')).toBe(2);
  expect(await server.metric('roomcast_webhook_bytes_total')).toBe(3 + LIMIT);
  expect(await server.metric('roomcast_webhook_refusals_total{code="PAYLOAD_TOO_LARGE"}')).toBe(1);
  expect(await server.metric('roomcast_webhook_refusals_total{code="NOT_FOUND"}')).toBe(1);
});
