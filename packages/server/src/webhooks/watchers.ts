import type { Watcher } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Fanout } from '../core/fanout.ts';
import type { Membership } from '../core/membership.ts';
import type { Room } from '../core/room.ts';

/** What somebody who watches says of themselves. */
interface Saying {
  name: string | null;
  requestId: string | null;
}

/** What the others are told. */
export interface WatcherList {
  readonly watchers: readonly Watcher[];
  readonly watcherCount: number;
}

/** Watchers that a list names. */
const LISTED = 100;
/** Milliseconds in which changes gather before the others are told. */
const GATHERED = 150;

// What could make one name look like another, or leave its line: controls, separators, bidirectional overrides.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Who watches which webhook, what they call themselves and what they look at. */
export class Watchers {
  readonly #rooms = new Map<Room, Map<Connection, Saying>>();
  readonly #changed = new Set<Room>();
  #fanout: Fanout | null = null;
  #timer: NodeJS.Timeout | null = null;

  start(fanout: Fanout): void {
    this.#fanout = fanout;
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  joined({ connection, room }: Membership): void {
    const watchers = this.#rooms.get(room) ?? new Map<Connection, Saying>();
    this.#rooms.set(room, watchers);
    watchers.set(connection, { name: null, requestId: null });
    this.#tell(room);
  }

  left({ connection, room }: Membership): void {
    const watchers = this.#rooms.get(room);
    if (!watchers?.delete(connection)) return;
    if (watchers.size === 0) this.#rooms.delete(room);
    else this.#tell(room);
  }

  /** Takes what a watcher says; what is undefined stays as it was. */
  say(connection: Connection, room: Room, name: string | null | undefined, requestId: string | null | undefined): void {
    const saying = this.#rooms.get(room)?.get(connection);
    if (!saying) return;
    if (name !== undefined) saying.name = name?.replace(UNSEEN, ' ').trim() || null;
    if (requestId !== undefined) saying.requestId = requestId;
    this.#tell(room);
  }

  /** @param last named behind all others */
  list(room: Room, last: Connection | null = null): WatcherList {
    const known = this.#rooms.get(room);
    const watchers: Watcher[] = [];
    for (const [connection, saying] of known ?? []) {
      if (watchers.length === LISTED) break;
      if (connection !== last) watchers.push({ connectionId: connection.id, ...saying });
    }
    const own = last && known?.get(last);
    if (last && own && watchers.length < LISTED) watchers.push({ connectionId: last.id, ...own });
    return { watchers, watcherCount: known?.size ?? 0 };
  }

  #tell(room: Room): void {
    this.#changed.add(room);
    this.#timer ??= setTimeout(() => this.#flush(), GATHERED);
  }

  #flush(): void {
    this.#timer = null;
    for (const room of this.#changed) {
      if (!this.#rooms.has(room)) continue;
      this.#fanout?.announce(room, 'watchers', { webhookId: room.name.name, ...this.list(room) }, null);
    }
    this.#changed.clear();
  }
}
