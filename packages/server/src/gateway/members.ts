import type { RoomName } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import { CommandError } from '../core/errors.ts';
import type { Membership } from '../core/membership.ts';
import type { ClientSession, ClientSessions } from './client-sessions.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { MembershipAdmin } from './memberships.ts';

export interface MembersOptions {
  readonly engine: Engine;
  readonly sessions: ClientSessions;
  readonly lifecycle: Lifecycle;
  readonly sessionOf: (connection: Connection) => ClientSession | null;
  /** Ends what a user might come back to. */
  readonly end: (userId: string, reason: string) => void;
}

/** Puts users into rooms and takes them out, on behalf of their backend. */
export class Members implements MembershipAdmin {
  readonly #options: MembersOptions;

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  async join(userId: string, name: RoomName): Promise<number> {
    this.#requireOpen(name);
    const { engine, sessionOf } = this.#options;
    const { hub, commands } = engine;
    const connections = this.#connectionsOf(userId);
    for (const session of this.#away(userId)) await this.#note(session, name);
    for (const connection of connections) {
      if (connection.state === 'closed') continue;
      const session = sessionOf(connection);
      // Before it is written: there may be no place for it.
      const membership = hub.place(connection, name);
      if (session) await this.#note(session, name);
      if (connection.membershipOf(membership.room) !== membership || membership.present) continue;
      commands.recoverer.join(membership, null, 0, () => {});
    }
    return connections.length;
  }

  async leave(userId: string, name: RoomName): Promise<number> {
    this.#requireOpen(name);
    const { engine, sessions, lifecycle, sessionOf } = this.#options;
    let count = 0;
    for (const connection of this.#connectionsOf(userId)) {
      const room = engine.hub.get(name.full);
      const membership = room && connection.membershipOf(room);
      const session = sessionOf(connection);
      const isKnown = session !== null && drop(session, name.full);
      if (membership) {
        count++;
        takeOut(engine, membership);
      }
      if (isKnown) await sessions.save(session);
    }
    // Who is away must not come back into it.
    for (const session of this.#away(userId)) {
      if (!drop(session, name.full)) continue;
      lifecycle.left(session, name.full);
      await sessions.save(session);
    }
    return count;
  }

  disconnect(userId: string, reason: string): number {
    const { engine, end } = this.#options;
    const connections = this.#connectionsOf(userId);
    for (const connection of connections) engine.close(connection, 1000, reason);
    end(userId, reason);
    return connections.length;
  }

  /** A room that the client finds itself in when it comes back. */
  async #note(session: ClientSession, { full }: RoomName): Promise<void> {
    const { engine, sessions } = this.#options;
    if (session.placed.has(full)) return;
    session.placed.add(full);
    if (!session.rooms.has(full)) session.rooms.set(full, engine.positions.text);
    await sessions.save(session);
  }

  /** Sessions of users whose connections broke. */
  #away(userId: string): readonly ClientSession[] {
    return [...this.#options.sessions.ofUser(userId)].filter(({ connection }) => connection === null);
  }

  #connectionsOf(userId: string): readonly Connection[] {
    const room = this.#options.engine.hub.get(`user:${userId}`);
    return room ? [...room.memberships].map(({ connection }) => connection) : [];
  }

  /** @throws CommandError NOT_FOUND, FORBIDDEN */
  #requireOpen(name: RoomName): void {
    const { reserved, history } = this.#options.engine.hub.policyOf(name);
    if (reserved || history === 'durable') {
      throw new CommandError('FORBIDDEN', `Nobody can be put into rooms of "${name.namespace}:".`);
    }
  }
}

/** Takes a client out of a room that it has not left itself, and tells it so. */
export function takeOut({ fanout, hub }: Engine, membership: Membership): void {
  const { connection, room } = membership;
  fanout.serve(connection);
  hub.leave(membership);
  fanout.send(connection, 'room_left', { roomId: room.name.full });
}

/** The client does not come back to this room. Returns whether it would have. */
export function drop({ rooms, placed }: ClientSession, full: string): boolean {
  placed.delete(full);
  return rooms.delete(full);
}
