import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { Counters } from './counters.ts';
import { type ForwardCounters, type ForwardState, registerForwarding } from './forward-metrics.ts';

/** What the gauges look at when somebody asks. */
export interface Gauges {
  readonly connections: () => number;
  readonly rooms: () => number;
  readonly logBytes: () => number;
  /** Users of chat who are here. */
  readonly users: () => number;
  /** Chat rooms that exist, in use or not. */
  readonly chatRooms: () => number;
  readonly isStorageAvailable: () => boolean;
  /** How much load is shed. */
  readonly shedding: () => number;
  /** The way to the backend. */
  readonly forwarding: { readonly counters: ForwardCounters; readonly status: ForwardState };
  /** Connections that have registered as a user of the backend. */
  readonly registered: () => number;
  /** Sessions that clients are in, or may come back to. */
  readonly clientSessions: () => number;
  /** Webhooks, and bytes of what they keep. */
  readonly webhooks: { readonly size: number; readonly bytes: number };
}

/** Fan-out passes take microseconds to tens of milliseconds. */
const FLUSH_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25];
/** A commit with fsync takes a fraction of a millisecond on good disks, and hundreds on bad days. */
const SAVE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const EVENT_LOOP_RESOLUTION = 20;

export interface Metrics {
  /** The text of `/metrics` and its content type. */
  render(): Promise<{ text: string; contentType: string }>;
  stop(): void;
}

/** Prometheus metrics. The hot path counts in plain numbers; they are read here, when somebody asks. */
export function createMetrics(counters: Counters, gauges: Gauges): Metrics {
  const registry = new Registry();
  const read = (name: string, help: string, value: () => number): void => {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  };
  const readLabelled = <Key>(name: string, help: string, label: string, values: Map<Key, number>): void => {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [key, value] of values) this.inc({ [label]: String(key) }, value);
      },
    });
  };
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };

  gauge('roomcast_connections', 'Connections now.', gauges.connections);
  gauge('roomcast_rooms', 'Rooms now.', gauges.rooms);
  gauge('roomcast_log_bytes', 'Memory of all recent logs.', gauges.logBytes);
  gauge('roomcast_users', 'Users of chat who are here.', gauges.users);
  gauge('roomcast_chat_rooms', 'Chat rooms that exist.', gauges.chatRooms);
  gauge('roomcast_registered_connections', 'Connections registered as a user of the backend.', gauges.registered);
  gauge('roomcast_client_sessions', 'Sessions that clients are in, or may come back to.', gauges.clientSessions);
  gauge('roomcast_shedding_level', 'Load that is shed: 0 none, 1 typing, 2 connections, 3 events.', gauges.shedding);
  gauge('roomcast_storage_available', '1 while messages can be saved, else 0.', () =>
    gauges.isStorageAvailable() ? 1 : 0,
  );
  read('roomcast_saved_messages_total', 'Chat messages that were saved.', () => counters.saved);
  read(
    'roomcast_unsaved_messages_total',
    'Chat messages delivered while they could not be saved.',
    () => counters.unsaved,
  );
  read('roomcast_connections_opened_total', 'Connections since the start.', () => counters.connectionsOpened);
  read('roomcast_publications_total', 'Publications accepted.', () => counters.publications);
  read(
    'roomcast_deliveries_total',
    'Publications and events (presence, typing …) handed to members of rooms.',
    () => counters.deliveries,
  );
  read('roomcast_duplicates_total', 'Resends that were recognised.', () => counters.duplicates);
  read('roomcast_received_bytes_total', 'Bytes of WebSocket messages received.', () => counters.bytesIn);
  read('roomcast_sent_bytes_total', 'Bytes of WebSocket frames sent.', () => counters.bytesOut);
  read('roomcast_flushes_total', 'Batches sent; with deliveries, how much is coalesced.', () => counters.flushes);
  read('roomcast_recovered_total', 'Joins that recovered everything missed.', () => counters.recovered);
  read('roomcast_not_recovered_total', 'Joins whose position was no longer in the log.', () => counters.notRecovered);
  read('roomcast_catch_ups_total', 'Slow connections refilled from the log.', () => counters.catchUps);
  readLabelled('roomcast_drops_total', 'Connections given up, by reason.', 'reason', counters.drops);
  readLabelled(
    'roomcast_errors_total',
    'Error answers of commands and HTTP requests, by code.',
    'code',
    counters.errors,
  );
  readLabelled('roomcast_shed_total', 'Refused because there was too much to do, by what.', 'what', counters.shed);
  readLabelled('roomcast_closes_total', 'Connections closed, by close code (0 = another).', 'code', counters.closes);
  gauge('roomcast_webhooks', 'Webhooks.', () => gauges.webhooks.size);
  gauge('roomcast_webhook_stored_bytes', 'Bytes of captured requests that are kept.', () => gauges.webhooks.bytes);
  read('roomcast_webhook_requests_total', 'Requests that webhooks have captured.', () => counters.webhookRequests);
  read('roomcast_webhook_bytes_total', 'Bytes of the bodies of captured requests.', () => counters.webhookBytes);
  readLabelled(
    'roomcast_webhook_refusals_total',
    'Requests to webhooks refused, by code.',
    'code',
    counters.webhookRefusals,
  );
  readLabelled('roomcast_refusals_total', 'Upgrades refused, by code.', 'code', counters.refusals);

  registerForwarding(registry, gauges.forwarding.counters, () => gauges.forwarding.status);

  // The process, under the names that Prometheus dashboards know. (The library's own default metrics observe every
  // garbage collection, which under load costs more than all of the counting here.)
  read('process_cpu_seconds_total', 'CPU time, user and system.', () => cpuSeconds());
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('process_start_time_seconds', 'When the process began, since 1970.', () => performance.timeOrigin / 1000);
  gauge('nodejs_heap_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);

  const fanout = new Histogram({
    name: 'roomcast_fanout_duration_seconds',
    help: 'Duration of one pass that sends all due batches.',
    buckets: FLUSH_BUCKETS,
    registers: [registry],
  });
  counters.onFlush = (seconds) => fanout.observe(seconds);
  const saving = new Histogram({
    name: 'roomcast_save_duration_seconds',
    help: 'From the acceptance of a chat message to its being on disk.',
    buckets: SAVE_BUCKETS,
    registers: [registry],
  });
  counters.onSaved = (seconds) => saving.observe(seconds);

  const delay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION });
  delay.enable();
  const quantiles: readonly [string, () => number][] = [
    ['0.5', () => delay.percentile(50)],
    ['0.99', () => delay.percentile(99)],
    ['1', () => delay.max],
  ];
  new Gauge({
    name: 'roomcast_event_loop_delay_seconds',
    help: 'How late the event loop was since the last scrape.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const [quantile, value] of quantiles) {
        this.set({ quantile }, Math.max(0, value() / 1e9 - EVENT_LOOP_RESOLUTION / 1000));
      }
      delay.reset();
    },
  });

  return {
    render: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
    stop: () => delay.disable(),
  };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
