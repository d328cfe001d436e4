import type { RoomName } from '@roomcast/protocol';
import type { StoredLog } from '../core/log.ts';
import type { LogBudget } from '../core/log-budget.ts';
import type { Namespaces } from '../core/policy.ts';
import type { Positions } from '../core/positions.ts';
import type { RecentLogBounds } from '../core/recent-log.ts';
import type { LogStore } from '../store/log-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { newId } from '../util/ids.ts';
import { type LogState, StoredRoomLog } from './stored-room-log.ts';

export interface StoredLogsOptions {
  readonly store: LogStore;
  readonly namespaces: Namespaces;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds between two deletions of what has become too old. */
const EXPIRY_INTERVAL = 30_000;

/** The logs on disk of programs' rooms: where each stands, whether its room is in use or not. */
export class StoredLogs {
  readonly #options: StoredLogsOptions;
  readonly #states = new Map<string, LogState>();
  /** Those that are being deleted: who opens such a room meanwhile begins a log anew, behind the deletion. */
  readonly #dropping = new Set<LogState>();
  readonly #sequence: number;
  #positions: Positions | null = null;
  #timer: NodeJS.Timeout | null = null;

  private constructor(options: StoredLogsOptions, sequence: number) {
    this.#options = options;
    this.#sequence = sequence;
  }

  static async load(options: StoredLogsOptions): Promise<StoredLogs> {
    const { logs, sequence } = await options.store.load();
    const loaded = new StoredLogs(options, sequence);
    for (const { room, epoch, top, lastAt } of logs) loaded.#states.set(room, { epoch, top, lastAt });
    return loaded;
  }

  /** @param isOpen whether a room is in use */
  start(positions: Positions, isOpen: (room: string) => boolean): void {
    this.#positions = positions;
    positions.reachStored(this.#sequence);
    this.#timer = setInterval(() => void this.expire(isOpen), EXPIRY_INTERVAL).unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  readonly open = (name: RoomName, bounds: RecentLogBounds, budget: LogBudget): StoredLog => {
    const { store, clock } = this.#options;
    const room = name.full;
    const known = this.#states.get(room);
    const isKept = known && !this.#dropping.has(known);
    const state = isKept ? known : { epoch: newId().slice(0, 10), top: 0, lastAt: clock.now() };
    this.#states.set(room, state);
    const delivered = this.#positions?.stored ?? this.#sequence;
    const onFault = this.#onFault;
    return new StoredRoomLog({ room, state, bounds, store, clock, budget, delivered, onFault });
  };

  /**
   * Forgets a log that the store has deleted with what it belonged to. The next room of that name begins a log anew; one
   * that is still in somebody's hands stores nothing more.
   */
  drop(room: string): void {
    const state = this.#states.get(room);
    if (!state) return;
    state.isOver = true;
    this.#states.delete(room);
  }

  /** The epoch of a room's log; empty where nothing was ever published there. */
  readonly epochOf = (room: string): string => this.#states.get(room)?.epoch ?? '';

  /**
   * Deletes what is too old, and forgets rooms of which nothing is left. Called now and then.
   * @param isOpen whether a room is in use
   */
  async expire(isOpen: (room: string) => boolean): Promise<void> {
    const { store, namespaces, clock } = this.#options;
    const now = clock.now();
    const spent = new Map<string, LogState>();
    for (const [room, state] of this.#states) {
      const { lastAt } = state;
      const policy = namespaces.get(room.slice(0, room.indexOf(':')))?.history;
      const age = policy && policy !== 'durable' && policy.durable ? policy.age : 0;
      if (policy && (age <= 0 || now - lastAt <= age)) continue;
      if (!isOpen(room) && !this.#dropping.has(state)) spent.set(room, state);
    }
    try {
      if (spent.size > 0) await this.#drop(spent);
      for (const [namespace, { history }] of namespaces) {
        if (history && history !== 'durable' && history.durable && history.age > 0) {
          await store.expire(namespace, now - history.age);
        }
      }
    } catch (error) {
      this.#onFault(error);
    }
  }

  /** A log that cannot be deleted stands where it stood. */
  async #drop(spent: ReadonlyMap<string, LogState>): Promise<void> {
    for (const state of spent.values()) this.#dropping.add(state);
    try {
      await this.#options.store.drop([...spent.keys()]);
      for (const [room, state] of spent) if (this.#states.get(room) === state) this.#states.delete(room);
    } finally {
      for (const state of spent.values()) this.#dropping.delete(state);
    }
  }

  readonly #onFault = (error: unknown): void => {
    this.#options.log.warn({ err: error }, 'Old publications could not be deleted');
  };
}
