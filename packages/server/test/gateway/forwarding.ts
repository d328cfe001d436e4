import { onTestFinished } from 'vitest';
import type { BackendReply, ForwardedEvent } from '../../src/gateway/event.ts';
import { Forwarder, type ForwarderOptions } from '../../src/gateway/forwarder.ts';
import { HttpSink } from '../../src/gateway/sinks/http.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/util/clock.ts';
import { type LogLine, listLog, openStore, temporaryFolder } from '../store/harness.ts';
import type { TestBackend } from './backend.ts';

export const SECRET = 'a secret of the backend, 32 characters';

let lastId = 0;

/** An event of a client, with whatever is left out. */
export function event(userId: string, part: Partial<ForwardedEvent> = {}): ForwardedEvent {
  return {
    id: `id-${++lastId}`,
    kind: 'event',
    event: 'order',
    data: { item: 1 },
    args: [{ item: 1 }],
    userId,
    connectionId: 'c1',
    session: 1,
    sequence: 1,
    room: null,
    time: '2026-01-01T00:00:00.000Z',
    ...part,
  };
}

export interface Forwarding {
  readonly forwarder: Forwarder;
  readonly store: SqliteStore;
  readonly log: LogLine[];
}

/** A forwarder in front of a backend, quick to try again, that ends with the test. */
export async function forwardTo(
  backend: TestBackend | null,
  options: Partial<ForwarderOptions> & { timeout?: number; folder?: string; maxPages?: number } = {},
): Promise<Forwarding> {
  const log: LogLine[] = [];
  const { timeout = 5000, folder = temporaryFolder(), maxPages = 0, ...others } = options;
  const store = await openStore(folder, { log: listLog(log), maxPages, probeInterval: 20 });
  const sink = backend && new HttpSink({ url: backend.url, secret: SECRET, timeout, connections: 64 });
  const forwarder = await Forwarder.open({
    store: store.outbox,
    sink,
    clock: systemClock,
    log: listLog(log),
    forwardConcurrency: 64,
    outboxSize: 64 * 1024 * 1024,
    retry: { min: 2, max: 20 },
    breaker: { threshold: 5, min: 5, max: 20 },
    patience: 200,
    ...others,
  });
  onTestFinished(async () => {
    await forwarder.stop();
    await store.close();
  });
  forwarder.start();
  return { forwarder, store, log };
}

/** Accepts an event and waits for what the backend says to it. */
export async function replyTo(forwarder: Forwarder, one: ForwardedEvent): Promise<BackendReply | null> {
  const { promise, resolve } = Promise.withResolvers<BackendReply | null>();
  await forwarder.accept(one, resolve);
  return promise;
}
