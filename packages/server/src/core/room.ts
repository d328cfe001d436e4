import type { RoomName } from '@roomcast/protocol';
import { Arrivals } from './arrivals.ts';
import { Batch } from './batch.ts';
import type { Connection } from './connection.ts';
import type { RoomLog } from './log.ts';
import type { Membership } from './membership.ts';
import type { NamespacePolicy } from './policy.ts';
import { Presence } from './presence.ts';
import { RateEstimate } from './window.ts';
import type { WireFormat } from './wire.ts';

/** The members of a room that share a wire format, and what they are about to be sent. */
export class Group {
  readonly format: WireFormat;
  readonly members = new Set<Connection>();
  readonly batch = new Batch();

  constructor(format: WireFormat) {
    this.format = format;
  }
}

/** A name with members, a policy and, where the policy keeps one, a log. */
export class Room {
  /** Rooms are numbered as they come to be: the order of listings, and what their cursors mean. */
  readonly serial: number;
  readonly name: RoomName;
  readonly policy: NamespacePolicy;
  readonly log: RoomLog | null;
  readonly presence: Presence | null;
  /** Where users have a grace: which arrivals the others have been told of. */
  readonly arrivals: Arrivals | null;
  /** Of publications. */
  readonly rate = new RateEstimate();
  /** Of events: who comes, goes, types. */
  readonly stir = new RateEstimate();
  readonly createdAt: number;
  /** The full name as JSON text: part of every native frame. */
  readonly jsonName: string;
  /** One per wire format, so one to three: an array is the quickest map. */
  readonly groups: Group[] = [];
  /** Everybody in the room, whether live, joining or catching up. */
  readonly memberships = new Set<Membership>();
  /** Those whose join still waits for the log. */
  readonly joining = new Set<Membership>();
  lastActivity: number;
  /** Whether a flush is due; kept by the fan-out. */
  dirty = false;
  /** When its window ends, in monotonic milliseconds; 0 = with this turn. Kept by the fan-out. */
  dueAt = 0;
  /** Whether only events wait for the end of the window: a publication does not wait with them. Kept by the fan-out. */
  patient = false;

  constructor(serial: number, name: RoomName, policy: NamespacePolicy, log: RoomLog | null, now: number) {
    this.serial = serial;
    this.name = name;
    this.policy = policy;
    this.log = log;
    this.presence = policy.presence ? new Presence() : null;
    this.arrivals = policy.presence && policy.grace ? new Arrivals() : null;
    this.createdAt = now;
    this.lastActivity = now;
    this.jsonName = JSON.stringify(name.full);
  }

  get memberCount(): number {
    return this.memberships.size;
  }

  /** The group of `format`; it comes to be with its first member. */
  groupOf(format: WireFormat): Group {
    for (const group of this.groups) if (group.format === format) return group;
    const group = new Group(format);
    this.groups.push(group);
    return group;
  }
}
