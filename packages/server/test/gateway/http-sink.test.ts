import { createHmac } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { guardedLookup } from '../../src/gateway/sinks/address.ts';
import { createSink } from '../../src/gateway/sinks/create-sink.ts';
import { HttpSink } from '../../src/gateway/sinks/http.ts';
import type { Outcome } from '../../src/gateway/sinks/sink.ts';
import { listLog } from '../store/harness.ts';
import { TIMED } from '../support/timed.ts';
import { answer, type Behaviour, TestBackend } from './backend.ts';
import { event, SECRET } from './forwarding.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** What becomes of one event at a backend that behaves so. */
async function tryAt(behave: Behaviour, timeout = 5000): Promise<Outcome> {
  const backend = await TestBackend.start(behave);
  return newSink(backend.url, timeout).send(outbound());
}

function newSink(url: string, timeout = 5000): HttpSink {
  const sink = new HttpSink({ url, secret: SECRET, timeout, connections: 4 });
  onTestFinished(() => sink.close());
  return sink;
}

function outbound(part: { id?: string; event?: string } = {}) {
  const whole = event('42', part);
  return { id: whole.id, userId: whole.userId, event: whole.event, body: JSON.stringify(whole) };
}

test('G3.4 the backend gets the event as it was stored, signed with its time', async () => {
  const backend = await TestBackend.start();
  const one = outbound();
  await newSink(backend.url).send(one);
  const [delivery] = backend.deliveries;
  expect(delivery?.body).toBe(one.body);
  expect(delivery?.request).toMatchObject({ method: 'POST', url: '/events?from=roomcast' });
  const timestamp = Number(delivery?.headers['roomcast-timestamp']);
  expect(Math.abs(timestamp - Date.now() / 1000)).toBeLessThan(5);
  const hex = createHmac('sha256', SECRET).update(`${one.id}.${timestamp}.${one.body}`).digest('hex');
  expect(delivery?.headers).toMatchObject({
    'content-type': 'application/json',
    'roomcast-event-id': one.id,
    'roomcast-event': 'order',
    'roomcast-signature': `v1=${hex}`,
  });
});

test('G8.5 names and ids of clients cannot add headers: they are percent-encoded there and unchanged in the body', async () => {
  const backend = await TestBackend.start();
  const name = 'x\r\nroomcast-user: admin\r\n\r\n100 % é\ud800';
  await newSink(backend.url).send(outbound({ event: name, id: 'a\nb' }));
  const [delivery] = backend.deliveries;
  expect(delivery?.headers['roomcast-user']).toBeUndefined();
  expect(delivery?.headers['roomcast-event-id']).toBe('a%0Ab');
  expect(decodeURIComponent(String(delivery?.headers['roomcast-event']))).toBe(name.replace('\ud800', '\ufffd'));
  expect(delivery?.event).toMatchObject({ event: name, id: 'a\nb' });
});

test('G3.1 connections are kept and used again', async () => {
  const backend = await TestBackend.start();
  const sink = newSink(backend.url);
  for (let i = 0; i < 5; i++) await sink.send(outbound());
  expect(new Set(backend.deliveries.map(({ request }) => request.socket.remotePort)).size).toBeLessThan(3);
});

test('a user and a password in the address become basic authentication, and are in no name', async () => {
  const backend = await TestBackend.start();
  const sink = newSink(backend.url.replace('//', '//ann:s%C3%A9cret@'));
  await sink.send(outbound());
  const expected = `Basic ${Buffer.from('ann:sécret').toString('base64')}`;
  expect(backend.deliveries[0]?.headers.authorization).toBe(expected);
  expect(sink.name).not.toContain('cret');
});

test.each<[string, Behaviour, object | null]>([
  [
    'an acknowledgement and pushes',
    answer(200, JSON_TYPE, '{"ack":[1],"push":[{"room":"a"}],"x":1}'),
    { ack: [1], push: [{ room: 'a' }] },
  ],
  ['an acknowledgement that is null', answer(201, JSON_TYPE, '{"ack":null}'), { ack: null }],
  ['an object without either', answer(200, JSON_TYPE, '{}'), {}],
  ['pushes that are null', answer(200, JSON_TYPE, '{"push":null}'), {}],
  ['nothing', answer(204), null],
  ['nothing, said to be JSON', answer(200, JSON_TYPE), null],
  ['a list', answer(200, JSON_TYPE, '[1]'), null],
  ['a page', answer(200, { 'content-type': 'text/html' }, '<p>OK</p>'), null],
])('G3.4 a success with %s is a delivery', async (_what, behave, reply) => {
  expect(await tryAt(behave)).toEqual({ kind: 'delivered', reply });
});

test.each<[string, Behaviour, object | null, string]>([
  ['pushes that are no list', answer(200, JSON_TYPE, '{"ack":1,"push":{"room":"a"}}'), { ack: 1 }, 'not a list'],
  ['broken JSON', answer(200, { 'content-type': 'application/json; charset=utf-8' }, '{"ack":'), null, 'no JSON'],
  ['more than a megabyte', answer(200, JSON_TYPE, `{"ack":"${'x'.repeat(1_100_000)}"}`), null, '1048576 bytes'],
])('G3.5 a success with %s is a delivery that says what is wrong', async (_what, behave, reply, fault) => {
  expect(await tryAt(behave)).toEqual({ kind: 'delivered', reply, fault: expect.stringContaining(fault) });
});

test('G3.5 an answer that begins with success and breaks off, or never ends, is tried again', async () => {
  const cut: Behaviour = ({ response }) =>
    void response.writeHead(200, { 'content-length': '9' }).write('{', () => response.destroy());
  const outcome = { kind: 'away', status: 200, isGeneral: false };
  expect(await tryAt(cut)).toMatchObject({ ...outcome, reason: expect.stringContaining('broke off') });
  const endless: Behaviour = ({ response }) => void response.writeHead(200).write('{');
  expect(await tryAt(endless, 150)).toMatchObject({ ...outcome, reason: expect.stringContaining('150 ms') });
});

test.each([400, 401, 403, 404, 409, 410, 413, 415, 422, 451])('G9.3 %i is a refusal for good', async (status) => {
  expect(await tryAt(answer(status, JSON_TYPE, '{"error":"x"}'))).toMatchObject({ kind: 'refused', status });
});

test.each([
  [408, false],
  [425, false],
  [429, false],
  [500, false],
  [501, false],
  [502, true],
  [503, true],
  [504, true],
  [301, true],
  [302, true],
  [307, true],
])('G9.1 %i is no refusal: it is tried again', async (status, isGeneral) => {
  const outcome = await tryAt(answer(status, { location: 'http://127.0.0.1:1/' }));
  expect(outcome).toMatchObject({ kind: 'away', status, retryAfter: null, isGeneral });
});

test('G8.2 a redirect is not followed', async () => {
  const elsewhere = await TestBackend.start();
  const outcome = await tryAt(answer(307, { location: elsewhere.url }));
  expect(outcome).toMatchObject({ kind: 'away', reason: expect.stringContaining('not followed') });
  expect(elsewhere.deliveries).toEqual([]);
});

test.each([
  ['7', 7000],
  ['0', 0],
  ['86400', 300_000],
  ['a date', 59_000],
  ['soon', null],
])('G9.1 Retry-After %s is understood', TIMED, async (given, expected) => {
  const value = given === 'a date' ? new Date(Date.now() + 60_000).toUTCString() : given;
  const outcome = await tryAt(answer(429, { 'retry-after': value }));
  const { retryAfter } = outcome as { retryAfter: number | null };
  if (expected === null) return expect(retryAfter).toBeNull();
  expect(Math.abs((retryAfter ?? Number.NaN) - expected)).toBeLessThanOrEqual(1500);
});

test('G9.1 nobody there, a hang-up and a stranger are failures of the backend, not of the event', async () => {
  const backend = await TestBackend.start(({ request }) => void request.socket.destroy());
  const sink = newSink(backend.url);
  expect(await sink.send(outbound())).toMatchObject({ kind: 'away', status: null, isGeneral: true });
  await backend.close();
  const refused = await sink.send(outbound());
  expect(refused).toMatchObject({ kind: 'away', isGeneral: true, reason: expect.stringContaining('ECONNREFUSED') });
  const stranger = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  expect(await newSink(stranger).send(outbound())).toMatchObject({ kind: 'away', isGeneral: true });
});

test('G9.1 headers that never come, or drop by drop, end with the timeout', async () => {
  const outcome = await tryAt(() => {}, 150);
  expect(outcome).toMatchObject({ kind: 'away', isGeneral: false, reason: expect.stringContaining('150 ms') });
  const drops = await rawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => socket.write('x: y\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  expect(await newSink(drops, 200).send(outbound())).toMatchObject({ kind: 'away', isGeneral: false });
});

test('a refusal whose body never ends is a refusal', async () => {
  const endless: Behaviour = ({ response }) => void response.writeHead(422).write('{');
  expect(await tryAt(endless, 150)).toMatchObject({ kind: 'refused', status: 422 });
});

test('G8.2 nothing is sent to link-local and metadata addresses, by whatever name', async () => {
  const settings = { forwardSecret: SECRET, forwardTopic: 't', forwardTimeout: 500, forwardConcurrency: 1 };
  for (const host of ['169.254.169.254', '[fe80::1]', '[::ffff:169.254.1.1]', '[fd00:ec2::254]', '0xa9fea9fe']) {
    const sink = createSink({ ...settings, forwardUrl: `http://${host}/` }, listLog());
    await expect(sink, host).rejects.toThrow('link-local');
  }
  const undecodable = createSink({ ...settings, forwardUrl: 'http://ann:100%@127.0.0.1/' }, listLog());
  await expect(undecodable).rejects.toThrow('%25');
  const found = (name: string) =>
    new Promise((resolve) =>
      guardedLookup(name, { all: true }, (error, addresses) => resolve(error?.message ?? addresses)),
    );
  expect(await found('169.254.169.254')).toContain('metadata');
  expect(await found('127.0.0.1')).toEqual([{ address: '127.0.0.1', family: 4 }]);
});

/** A server that speaks whatever it likes to whoever connects. */
async function rawServer(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => serve(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}
