import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CapturedRequest } from '@roomcast/protocol';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { CommandError } from '../core/errors.ts';
import { Peers } from '../http/peer.ts';
import { newCounters } from '../telemetry/counters.ts';
import { systemClock } from '../util/clock.ts';
import { Capture, type CaptureOptions } from './capture.ts';
import type { Webhook } from './service.ts';
import { responseOf } from './settings.ts';

/** A server that captures, with webhooks that do what a test says. */
async function setUp(options: Partial<CaptureOptions> = {}, store: () => Promise<void> = async () => {}) {
  const captured: CapturedRequest[] = [];
  const lines: { msg: string }[] = [];
  const counters = newCounters();
  const webhook = { id: 'x', response: responseOf({}) } as Webhook;
  const capture = new Capture({
    webhooks: {
      get: () => webhook,
      capture: async (_webhook, one) => {
        await store();
        captured.push(one);
      },
    },
    peers: new Peers([]),
    settings: { webhookBodySize: 10 },
    clock: systemClock,
    log: pino({}, { write: (line: string) => lines.push(JSON.parse(line)) }),
    counters,
    isDraining: () => false,
    isOverloaded: () => false,
    ...options,
  });
  const server = createServer((incoming, response) => {
    if (!capture.intercept(incoming, response)) response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  /** Begins a request, which may end later. */
  const begin = (headers: Record<string, string> = {}): ClientRequest => {
    const outgoing = request({ port, host: '127.0.0.1', path: '/hooks/x', method: 'POST', headers, agent: false });
    outgoing.on('error', () => {});
    outgoing.flushHeaders();
    return outgoing;
  };
  return { captured, lines, counters, begin, taken: () => capture.bytesUnderWay };
}

async function answerOf(outgoing: ClientRequest) {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { statusCode: status, headers } = response;
  return { status, retryAfter: headers['retry-after'], connection: headers.connection, body: await text(response) };
}

test('W11 bodies under way take so much memory and no more: the slowest makes place, and is told to come again', async () => {
  const { captured, counters, begin, taken } = await setUp({ capacity: 15 });
  const slow = begin({ 'content-length': '10' });
  const refusal = answerOf(slow);
  slow.write('12345678');
  await expect.poll(taken).toBe(8);
  const quick = begin({ 'content-length': '10' });
  quick.write('12345678');
  const refused = await refusal;
  expect(refused).toMatchObject({ status: 503, retryAfter: '5', body: expect.stringContaining('OVERLOADED') });
  expect(refused.connection).toBe('close');
  const answer = answerOf(quick);
  quick.end('90');
  expect((await answer).status).toBe(200);
  const next = begin();
  next.end('abcdefghij');
  expect((await answerOf(next)).status).toBe(200);
  expect(captured.map(({ body }) => body)).toEqual(['1234567890', 'abcdefghij']);
  expect(counters.webhookRefusals).toEqual(new Map([['OVERLOADED', 1]]));
  expect(taken()).toBe(0);
});

test.each([
  ['while the server has too much to do', { isOverloaded: () => true }, 503, 'OVERLOADED'],
  ['while it drains', { isDraining: () => true }, 503, 'SHUTTING_DOWN'],
])('W11 nothing is captured %s', async (_when, options, status, code) => {
  const { captured, begin } = await setUp(options);
  const outgoing = begin();
  outgoing.end('x');
  expect(await answerOf(outgoing)).toMatchObject({ status, retryAfter: '5', body: expect.stringContaining(code) });
  expect(captured).toEqual([]);
});

test('W11 a sender is told to come again, whatever keeps its request from being stored', async () => {
  for (const code of ['STORAGE_UNAVAILABLE', 'LIMIT_EXCEEDED', 'OVERLOADED'] as const) {
    const { begin } = await setUp({}, () => Promise.reject(new CommandError(code, 'No.')));
    const outgoing = begin();
    outgoing.end('x');
    expect(await answerOf(outgoing)).toMatchObject({ status: 503, retryAfter: '5' });
  }
});

test('W11 a fault is answered as one, and logged without what was sent', async () => {
  const { lines, begin } = await setUp({}, () => Promise.reject(new Error('broken')));
  const outgoing = begin({ authorization: 'Bearer hidden' });
  outgoing.end('x');
  expect(await answerOf(outgoing)).toMatchObject({ status: 500, body: expect.not.stringContaining('broken') });
  expect(lines).toMatchObject([{ msg: 'a request could not be captured' }]);
  expect(JSON.stringify(lines)).not.toContain('hidden');
});

test('W11 the answer is sent only when the request is stored', async () => {
  const stored = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const { begin } = await setUp({}, () => {
    asked.resolve();
    return stored.promise;
  });
  const outgoing = begin();
  outgoing.end('x');
  let isAnswered = false;
  const answer = answerOf(outgoing).finally(() => {
    isAnswered = true;
  });
  await asked.promise;
  await new Promise((resolve) => setImmediate(resolve));
  expect(isAnswered).toBe(false);
  stored.resolve();
  expect((await answer).status).toBe(200);
});
