import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client';

/** What is counted on the way to the backend. */
export interface ForwardCounters {
  accepted: number;
  delivered: number;
  /** Tries that failed and are repeated. */
  retried: number;
  /** Events that the backend refused for good. */
  dead: number;
  /** Dead letters that were deleted because there were too many. */
  dropped: number;
  /** Told how long a try took, in seconds. */
  onSent: (seconds: number) => void;
}

/** How it stands just now. */
export interface ForwardState {
  readonly waiting: number;
  readonly waitingBytes: number;
  readonly dead: number;
  /** Seconds for which the event that waits longest has waited; 0 where none waits. */
  readonly oldestAge: number;
  /** Whether the breaker is closed: the backend answers, as far as is known. */
  readonly isReachable: boolean;
}

/** A try takes a millisecond on loopback, and as long as forwardTimeout where nobody answers. */
const SEND_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function newForwardCounters(): ForwardCounters {
  return { accepted: 0, delivered: 0, retried: 0, dead: 0, dropped: 0, onSent: () => {} };
}

/** Adds the series of the outbox to a registry. */
export function registerForwarding(registry: Registry, counters: ForwardCounters, state: () => ForwardState): void {
  const total = (name: string, help: string, value: () => number): void => {
    new Counter({
      name: `roomcast_forward_${name}_total`,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  };
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name: `roomcast_outbox_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
  total('accepted', 'Events of clients that were stored for the backend.', () => counters.accepted);
  total('delivered', 'Events that the backend has.', () => counters.delivered);
  total('retried', 'Tries that failed and are repeated.', () => counters.retried);
  total('dead', 'Events that the backend refused for good.', () => counters.dead);
  total('dropped', 'Dead letters deleted because there were too many.', () => counters.dropped);
  gauge('events', 'Events that wait for the backend.', () => state().waiting);
  gauge('bytes', 'Their bytes.', () => state().waitingBytes);
  gauge('dead_letters', 'Dead letters that are kept.', () => state().dead);
  gauge('oldest_seconds', 'How long the oldest event has waited.', () => state().oldestAge);
  gauge('backend_reachable', '1 while the breaker is closed, else 0.', () => (state().isReachable ? 1 : 0));
  const sending = new Histogram({
    name: 'roomcast_forward_duration_seconds',
    help: 'Duration of a try to hand an event to the backend.',
    buckets: SEND_BUCKETS,
    registers: [registry],
  });
  counters.onSent = (seconds) => sending.observe(seconds);
}
