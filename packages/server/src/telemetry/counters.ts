/**
 * What the hot path counts: plain numbers in one object, read when somebody asks for metrics.
 * No label is ever a room or a user, so the number of series is bounded.
 */
export interface Counters {
  publications: number;
  deliveries: number;
  bytesIn: number;
  bytesOut: number;
  duplicates: number;
  /** Chat messages that are on disk, and those that were delivered although they could not be saved. */
  saved: number;
  unsaved: number;
  flushes: number;
  recovered: number;
  notRecovered: number;
  catchUps: number;
  drops: Map<string, number>;
  errors: Map<string, number>;
  closes: Map<number, number>;
  refusals: Map<string, number>;
  connectionsOpened: number;
  /** What was refused or dropped because there was too much to do. */
  shed: Map<string, number>;
  /** Requests that webhooks have captured, the bytes of their bodies, and requests that were refused, by code. */
  webhookRequests: number;
  webhookBytes: number;
  webhookRefusals: Map<string, number>;
  /** Told how long a flush pass took, in seconds. */
  onFlush: (seconds: number) => void;
  /** Told how long it took until a message was on disk, in seconds. */
  onSaved: (seconds: number) => void;
}

export function newCounters(): Counters {
  return {
    publications: 0,
    deliveries: 0,
    bytesIn: 0,
    bytesOut: 0,
    duplicates: 0,
    saved: 0,
    unsaved: 0,
    flushes: 0,
    recovered: 0,
    notRecovered: 0,
    catchUps: 0,
    drops: new Map(),
    errors: new Map(),
    closes: new Map(),
    refusals: new Map(),
    connectionsOpened: 0,
    shed: new Map(),
    webhookRequests: 0,
    webhookBytes: 0,
    webhookRefusals: new Map(),
    onFlush: () => {},
    onSaved: () => {},
  };
}

/** Adds one under `key`; keys come from our own tables, never from a client. */
export function count<Key>(counts: Map<Key, number>, key: Key, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
