import type { Account } from './ledger.ts';
import { watchNatively } from './native-watcher.ts';
import type { WatcherKind } from './plan.ts';
import { watchOverSocketIo } from './socketio-watcher.ts';
import { watchOverSse } from './sse-watcher.ts';

/** A connection of somebody who watches; everything that comes goes into the account. */
export interface Watcher {
  /** Joins, or comes back to where it was. Resolves when it is told that it watches. */
  connect(): Promise<void>;
  /** The connection breaks. */
  drop(): void;
}

export interface WatcherOptions {
  readonly port: number;
  readonly webhookId: string;
  readonly account: Account;
}

const WATCHERS: Readonly<Record<WatcherKind, (options: WatcherOptions) => Watcher>> = {
  native: watchNatively,
  'Socket.IO': watchOverSocketIo,
  SSE: watchOverSse,
};

export function createWatcher(kind: WatcherKind, options: WatcherOptions): Watcher {
  return WATCHERS[kind](options);
}
