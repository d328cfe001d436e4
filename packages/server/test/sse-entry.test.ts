import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { Audit } from '../src/auth/audit.ts';
import { Origins } from '../src/auth/origin.ts';
import type { Connection } from '../src/core/connection.ts';
import { CommandError } from '../src/core/errors.ts';
import { Admission } from '../src/http/admission.ts';
import { Peers } from '../src/http/peer.ts';
import { SseTransport, type WebhookJoin } from '../src/transports/sse.ts';
import { TestCore } from './support/core.ts';
import { EventStream } from './support/event-stream.ts';
import { aProblem, call, problemOf } from './support/http.ts';

const PATH = '/api/webhooks/abc/events';
const ROOM = { namespace: 'webhook', name: 'abc', full: 'webhook:abc' };

type Join = (connection: Connection, join: WebhookJoin) => Promise<void>;

/** The transport alone, with a join that the test decides on. */
class Gate {
  readonly core = new TestCore();
  readonly faults: unknown[] = [];
  readonly admission = new Admission({ total: 10, perAddress: () => 10 });
  port = 0;
  draining = false;
  /** Resolves with each connection that asks to join. */
  readonly asked = Promise.withResolvers<Connection>();

  static async open(join: Join, handshakeTimeout = 60_000): Promise<Gate> {
    const gate = new Gate();
    const { core } = gate;
    const { engine, clock, counters } = core;
    const sse = new SseTransport({
      ...{ engine, clock, counters, handshakeTimeout },
      audit: new Audit(pino({ level: 'silent' }), clock),
      rate: { perSecond: 0, burst: 1 },
      gates: {
        isDraining: () => gate.draining,
        isOverloaded: () => false,
        origins: new Origins([], '127.0.0.1'),
        peers: new Peers([]),
        admission: gate.admission,
      },
      identify: () => null,
      join: (connection, wish) => {
        gate.asked.resolve(connection);
        return join(connection, wish);
      },
      mayRead: () => false,
      onFault: (_connection, error) => gate.faults.push(error),
    });
    const server = createServer(sse.request).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close().closeAllConnections();
    });
    await once(server, 'listening');
    gate.port = (server.address() as AddressInfo).port;
    return gate;
  }

  enter(connection: Connection): void {
    const { hub, fanout } = this.core.engine;
    hub.admit(hub.place(connection, ROOM));
    fanout.send(connection, 'watchers', { webhookId: 'abc', watchers: [], watcherCount: 1 });
  }

  /** Nobody is in the room, no place is held, and the engine has never heard of a connection. */
  expectNothing(): void {
    expect(this.core.engine.hub.get(ROOM.full)?.memberCount ?? 0).toBe(0);
    expect(this.admission.total).toBe(0);
    expect(this.core.engine.connections.size).toBe(0);
    expect(this.core.counters.connectionsOpened).toBe(0);
  }
}

test('W3 who is refused after a while is told so in HTTP, and was never there', async () => {
  const gate = await Gate.open(async (connection) => {
    gate.core.engine.hub.place(connection, ROOM);
    await new Promise((resolve) => setImmediate(resolve));
    throw new CommandError('RATE_LIMITED', 'Too many guesses.', { retryAfter: 1500 });
  });
  const answer = await call(gate.port, { path: PATH });
  expect(problemOf(answer)).toEqual(aProblem(429, 'RATE_LIMITED'));
  expect(answer.headers['retry-after']).toBe('2');
  gate.expectNothing();
});

test('a join that takes too long is answered 503, and is void when it comes after all', async () => {
  const late = Promise.withResolvers<void>();
  const gate = await Gate.open(() => late.promise, 50);
  expect(problemOf(await call(gate.port, { path: PATH }))).toEqual(aProblem(503, 'STORAGE_UNAVAILABLE'));
  expect((await gate.asked.promise).state).toBe('closed');
  late.resolve();
  await late.promise;
  gate.expectNothing();
});

test('B4 who leaves on the way in is out of the room, and holds no place', async () => {
  const gate = await Gate.open((connection) => {
    gate.core.engine.hub.place(connection, ROOM);
    return new Promise(() => {});
  });
  const leaving = new AbortController();
  const answer = fetch(`http://127.0.0.1:${gate.port}${PATH}`, { signal: leaving.signal });
  const connection = await gate.asked.promise;
  expect(gate.admission.total).toBe(1);
  leaving.abort();
  await expect(answer).rejects.toThrow();
  while (connection.state !== 'closed') await new Promise((resolve) => setImmediate(resolve));
  gate.expectNothing();
});

test('D17 a server that has begun to drain meanwhile says so in the stream', async () => {
  const gate = await Gate.open(async (connection) => {
    gate.enter(connection);
    gate.draining = true;
  });
  const stream = await EventStream.open(gate, PATH);
  expect(await stream.next('watchers')).toMatchObject({ watcherCount: 1 });
  expect(await stream.next('disconnect')).toMatchObject({ code: 1001, reconnect: true });
  await stream.closed;
  expect(gate.admission.total).toBe(0);
  expect(problemOf(await call(gate.port, { path: PATH }))).toEqual(aProblem(503, 'SHUTTING_DOWN'));
});

test('a fault on the way in is answered 500 and told to the operator, not to the reader', async () => {
  const gate = await Gate.open(() => Promise.reject(new Error('the table is gone')));
  const answer = await call(gate.port, { path: PATH });
  expect(problemOf(answer)).toEqual(aProblem(500, 'INTERNAL_ERROR'));
  expect(answer.text).not.toContain('table');
  expect(gate.faults).toHaveLength(1);
  gate.expectNothing();
});

test('a fault behind the first events ends the stream, and says that it failed', async () => {
  const gate = await Gate.open(async (connection) => {
    gate.enter(connection);
    throw new Error('the table is gone');
  });
  const stream = await EventStream.open(gate, PATH);
  expect(await stream.next('disconnect')).toMatchObject({ code: 1011, reconnect: true });
  await stream.closed;
  gate.expectNothing();
});

test('W3 the join is told what the request shows, and nothing is read from the address but the place', async () => {
  const wishes: WebhookJoin[] = [];
  const gate = await Gate.open(async (_connection, wish) => {
    wishes.push(wish);
    throw new CommandError('NOT_FOUND', 'Webhook not found');
  });
  const ask = (path: string, headers: Record<string, string> = {}) => call(gate.port, { path, headers });
  await ask(`${PATH}?secret=whsec_a&password=b&lastEventId=e-1`);
  await ask('/sse?room=webhook:abc', {
    'x-webhook-secret': 'whsec_a',
    'x-webhook-password': 'b',
    'last-event-id': 'e-2',
  });
  expect(wishes).toEqual([
    { webhookId: 'abc', lastEventId: 'e-1', secrets: [] },
    { webhookId: 'abc', lastEventId: 'e-2', secrets: ['whsec_a'], password: 'b' },
  ]);
});
