import type { RoomName } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import { mayStay } from '../core/entry.ts';
import { CommandError } from '../core/errors.ts';
import type { Membership } from '../core/membership.ts';
import { newId } from '../util/ids.ts';
import type { ClientSession, ClientSessions } from './client-sessions.ts';
import type { Clients } from './clients.ts';
import type { Identities } from './identities.ts';
import type { Lifecycle } from './lifecycle.ts';
import { drop, takeOut } from './members.ts';

export interface RegistrationsOptions {
  readonly engine: Engine;
  readonly clients: Clients;
  readonly sessions: ClientSessions;
  readonly identities: Identities;
  readonly lifecycle: Lifecycle;
}

/** The room of everybody who has registered. */
export const EVERYONE: RoomName = { namespace: 'all', name: 'everyone', full: 'all:everyone' };

/** Makes connections those of users, and keeps what they have proven up to date. */
export class Registrations {
  readonly #options: RegistrationsOptions;

  constructor(options: RegistrationsOptions) {
    this.#options = options;
  }

  /**
   * Makes the connection a user's: it is in the user's room from here on, and its events go to the backend.
   * @throws CommandError: rejects with VALIDATION_ERROR, UNAUTHENTICATED, FORBIDDEN
   */
  async register(connection: Connection, userId: string): Promise<{ ok: true; userId: string; room: string }> {
    const { engine, clients, sessions, identities, lifecycle } = this.#options;
    const name: RoomName = { namespace: 'user', name: userId, full: `user:${userId}` };
    const done = { ok: true, userId, room: name.full } as const;
    // It went while its token was looked at: nobody waits for the answer, and nothing would ever end its session.
    if (connection.state === 'closed') return done;
    const client = clients.of(connection);
    identities.requireSubject(client.claims, userId, connection.isForwarded);
    if (connection.registration && connection.registration.userId !== userId) {
      throw new CommandError('FORBIDDEN', `This connection is registered as ${connection.registration.userId}.`);
    }
    if (!connection.registration) {
      const places = this.#placeAll(connection, [name, EVERYONE]);
      const { claims } = client;
      connection.registration = { userId, expiresAt: claims?.expiresAt ?? null };
      const beginning = { pid: newId(), sid: connection.id, restorable: false, subject: claims?.userId ?? null };
      const session = client.session ?? sessions.begin(beginning, connection);
      client.session = session;
      lifecycle.begin(session, userId);
      for (const { full } of [name, EVERYONE]) session.rooms.set(full, engine.positions.text);
      client.registering = this.#settle(connection, session, places);
    }
    // Asked twice at once, it is told both times when it is true.
    await client.registering;
    client.registering = null;
    return done;
  }

  /** Takes a new token of the same user. @throws CommandError: rejects with TOKEN_INVALID, TOKEN_EXPIRED, FORBIDDEN */
  async renew(connection: Connection, token: string): Promise<{ ok: true; userId: string; expiresAt: string | null }> {
    const { clients, identities } = this.#options;
    const claims = await identities.verify(token);
    const { userId, expiresAt } = claims;
    const done = {
      ok: true,
      userId,
      expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    } as const;
    if (connection.state === 'closed') return done;
    const client = clients.of(connection);
    const former = connection.registration?.userId ?? client.claims?.userId ?? userId;
    if (former !== userId) throw new CommandError('FORBIDDEN', 'This token is of another user.');
    clients.prove(connection, claims);
    if (connection.registration) connection.registration = { userId, expiresAt };
    await this.#takeOutOfForbidden(connection, client.session);
    return done;
  }

  /** Puts a connection into all of the rooms, or into none. @throws CommandError LIMIT_EXCEEDED, OVERLOADED */
  #placeAll(connection: Connection, names: readonly RoomName[]): readonly Membership[] {
    const { hub } = this.#options.engine;
    const places: Membership[] = [];
    try {
      for (const name of names) places.push(hub.place(connection, name));
    } catch (error) {
      for (const membership of places) hub.leave(membership);
      throw error;
    }
    return places;
  }

  async #settle(connection: Connection, session: ClientSession, places: readonly Membership[]): Promise<void> {
    const { engine, lifecycle } = this.#options;
    await lifecycle.here(session);
    if (connection.state === 'closed') return;
    for (const membership of places) engine.hub.admit(membership);
  }

  /** A new token may grant less than the one before. */
  async #takeOutOfForbidden(connection: Connection, session: ClientSession | null): Promise<void> {
    const { engine, sessions } = this.#options;
    let isChange = false;
    for (const membership of connection.memberships) {
      const { room } = membership;
      const { name, policy } = room;
      // A room that is not looked up by name was not joined either.
      if (engine.hub.get(name.full) !== room) continue;
      if (session?.placed.has(name.full) || mayStay(connection, name.full, policy)) continue;
      if (session) isChange = drop(session, name.full) || isChange;
      takeOut(engine, membership);
    }
    if (session && isChange) await sessions.save(session);
  }
}
