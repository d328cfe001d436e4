import type { CloseCode, Member } from '@roomcast/protocol';
import { newId } from '../util/ids.ts';
import type { WheelItem } from '../util/timer-wheel.ts';
import type { Bucket } from '../util/token-bucket.ts';
import type { Identity } from './identity.ts';
import type { Membership } from './membership.ts';
import type { Registration } from './registration.ts';
import type { Room } from './room.ts';
import type { Session } from './session.ts';
import type { Link, WireFormat } from './wire.ts';

/**
 * - `open`: live.
 * - `catching-up`: reads too slowly; live delivery has stopped until its rooms' logs have refilled it.
 * - `closed`: closing or gone; in no room, and nothing is written to it any more.
 */
export type ConnectionState = 'open' | 'catching-up' | 'closed';

/**
 * One client: its socket, what it is in and what it has been allowed. Deliberately small and without timers or
 * closures of its own, since there are thousands: the wheel's, the bucket's and the heartbeat's fields live here.
 */
export class Connection implements WheelItem, Bucket {
  readonly id: string;
  readonly link: Link;
  readonly format: WireFormat;
  /** The peer's address, or what a trusted proxy says it is. */
  readonly address: string;
  /** Whose it is; null where it is nobody's. */
  readonly identity: Identity | null;
  /** Whether a proxy has passed it on: then where it comes from proves nothing. */
  isForwarded = false;
  /** Whose it is for a backend, once it has registered. */
  registration: Registration | null = null;
  /** Full names of rooms that it may join although their namespace does not say so. */
  grants: ReadonlySet<string> | null = null;
  state: ConnectionState = 'open';
  /** Few per connection: an array is smaller and quicker than a map. */
  memberships: Membership[] = [];
  session: Session | null = null;
  hasNamedSession = false;
  /** Ticks of the heartbeat's clock. */
  lastSeen = 0;
  wheelSlot = -1;
  wheelTurns = 0;
  level: number;
  at: number;
  until = 0;
  /** Commands refused for their rate since the connection began. */
  refused = 0;
  /** Why the server ends it, where it does: a peer that is dead or dumb never confirms the code. */
  ending: { readonly code: CloseCode; readonly reason: string } | null = null;
  /** Whether writes are being gathered until the end of this turn; kept by the fan-out. */
  corked = false;
  /** What this pass of the fan-out has for it so far; kept by the fan-out. */
  gathered: Buffer[] | null = null;
  #member: Member | null = null;

  /** @param burst commands that it may send at once. @param now monotonic milliseconds */
  constructor(
    link: Link,
    format: WireFormat,
    address: string,
    burst: number,
    now: number,
    identity: Identity | null = null,
    id = newId(),
  ) {
    this.id = id;
    this.link = link;
    this.format = format;
    this.address = address;
    this.identity = identity;
    this.level = burst;
    this.at = now;
  }

  /** How others in a room see it. */
  get member(): Member {
    const { userId = this.registration?.userId ?? null, username = null } = this.identity ?? {};
    this.#member ??= { connectionId: this.id, userId, username };
    return this.#member;
  }

  membershipOf(room: Room): Membership | null {
    for (const membership of this.memberships) if (membership.room === room) return membership;
    return null;
  }
}
