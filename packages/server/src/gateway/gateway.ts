import type { IncomingMessage } from 'node:http';
import { LIMITS, parseRoomName, type RoomName } from '@roomcast/protocol';
import type { TokenClaims } from '../auth/jwt/token-claims.ts';
import { TOLERANCE } from '../auth/jwt/token-verifier.ts';
import type { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import { CommandError } from '../core/errors.ts';
import type { Membership } from '../core/membership.ts';
import { type GlobalPosition, parsePosition } from '../core/positions.ts';
import type { RoomToResume } from '../core/resume.ts';
import type { Logger } from '../telemetry/log.ts';
import type { NativeEvents } from '../transports/native.ts';
import type { Restorable } from '../transports/socketio/adapter.ts';
import type { Beginning, SocketIoGateway } from '../transports/socketio/gateway.ts';
import type { Clock } from '../util/clock.ts';
import { newId } from '../util/ids.ts';
import type { ClientEvents, EventAnswer } from './client-events.ts';
import type { ClientSession, ClientSessions } from './client-sessions.ts';
import { type Identities, isEmpty, tokenIn, userIdIn } from './identities.ts';
import type { Lifecycle } from './lifecycle.ts';
import { mayStay } from './may-stay.ts';
import { drop, Members, takeOut } from './members.ts';
import type { Push } from './pusher.ts';

export interface GatewayOptions {
  readonly sessions: ClientSessions;
  readonly events: ClientEvents;
  readonly identities: Identities;
  readonly lifecycle: Lifecycle;
  /** Milliseconds. */
  readonly recoveryWindow: number;
  readonly lifecycleGrace: number;
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly maxFrameSize: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The room of everybody who has registered. */
export const EVERYONE: RoomName = { namespace: 'all', name: 'everyone', full: 'all:everyone' };

/** Milliseconds between two looks for tokens that ran out and clients that did not come back. */
const SWEEP = 1000;
/** Sessions without a connection that wait for their clients; beyond, the oldest are ended. */
const MOST_AWAY = 200_000;
/** Sessions that could not go on and whose clients are still to be told why; beyond, the oldest are forgotten. */
const MOST_LOST = 10_000;

/** What is known of a connection. */
interface Client {
  claims: TokenClaims | null;
  session: ClientSession | null;
  /** Whether it is being brought back to where it was. */
  resuming: boolean;
  /** While its registration is on its way to disk. */
  registering: Promise<void> | null;
}

/** Users of a backend: who they are, which rooms they are in, and how they come back to them. */
export class Gateway implements SocketIoGateway {
  readonly #options: GatewayOptions;
  readonly #clients = new Map<Connection, Client>();
  /** Of sessions that ended because what their clients had missed was gone. */
  readonly #lost = new Set<string>();
  #engine: Engine | null = null;
  #members: Members | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** @param push carries out what answers of the backend ask for */
  start(engine: Engine, push: Push): void {
    const { events, sessions, lifecycle } = this.#options;
    this.#engine = engine;
    this.#members = new Members({
      ...{ engine, sessions, lifecycle },
      sessionOf: (connection) => this.#clients.get(connection)?.session ?? null,
      end: (userId, reason) => {
        for (const session of [...sessions.ofUser(userId)]) this.#end(session, reason);
      },
    });
    events.start(push);
    // Their connections broke with the process that held them.
    for (const session of sessions.all()) lifecycle.broken(session);
    this.#timer = setInterval(() => this.#sweep(), SWEEP).unref();
  }

  /** From here on nobody's leaving is news: the server leaves, and clients come back to another. */
  drain(): void {
    this.#stopping = true;
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#options.lifecycle.stop();
  }

  /** For backends; there once the gateway is started. */
  get members(): Members {
    if (!this.#members) throw new Error('The gateway has not been started');
    return this.#members;
  }

  /** Sessions that clients are in, or may come back to. */
  get sessions(): number {
    return this.#options.sessions.size;
  }

  /** Connections of users. */
  get registered(): number {
    return this.#core.hub.get(EVERYONE.full)?.memberCount ?? 0;
  }

  async restore(pid: string, position: string): Promise<Restorable | null> {
    const { sessions } = this.#options;
    const session = sessions.get(pid);
    const reached = parsePosition(position);
    // Nobody has proven anything yet: a connection that the session still has is broken off when somebody has.
    if (!session?.restorable || !reached) return null;
    const canResume = await this.#core.resumer.canResume(this.#roomsOf(session, reached)).catch(() => false);
    return canResume && sessions.get(pid) === session ? { pid, sid: session.sid } : null;
  }

  async authenticate(token: unknown, pid: string | null): Promise<TokenClaims | null> {
    const { sessions, identities } = this.#options;
    const claims = await identities.connecting(token);
    const session = pid === null ? null : sessions.get(pid);
    const owner = session?.userId ?? session?.subject ?? null;
    if (claims && owner !== null && owner !== claims.userId) {
      throw new CommandError('UNAUTHENTICATED', 'This session is of another user.');
    }
    return claims;
  }

  connectionIdOf(pid: string): string | null {
    return this.#options.sessions.get(pid)?.connectionId ?? null;
  }

  opened(connection: Connection, beginning: Beginning): Promise<void> | undefined {
    const { sessions } = this.#options;
    const { claims, pid, sid, recovered, position, formerPid } = beginning;
    const client = newClient(claims);
    this.#clients.set(connection, client);
    grant(connection, claims);
    const known = recovered ? sessions.get(pid) : null;
    const reached = known && parsePosition(position ?? '');
    if (known && reached) return this.#resume(connection, client, known, reached);
    if (recovered) {
      // It ended while the client was on its way in, and the client believes that it goes on.
      this.#core.close(connection, 1011, 'The session has ended.');
      return undefined;
    }
    client.session = sessions.begin({ pid, sid, restorable: true, subject: claims?.userId ?? null }, connection);
    const isGone = formerPid !== null && (sessions.get(formerPid) !== null || this.#lost.delete(formerPid));
    const reason = isGone ? 'history_gone' : 'session_expired';
    this.#greet(connection, false, formerPid === null ? null : reason);
    return undefined;
  }

  async joining(connection: Connection, kind: 'join' | 'leave', roomId: string, go: () => void): Promise<void> {
    const session = this.#clients.get(connection)?.session;
    const name = parseRoomName(roomId);
    if (!session || 'fault' in name) return go();
    const { full } = name;
    const { sessions } = this.#options;
    const joinedAt = session.rooms.get(full);
    const wasPlaced = session.placed.has(full);
    const isChange = (kind === 'join') === (joinedAt === undefined);
    if (kind === 'leave') drop(session, full);
    else if (isChange) session.rooms.set(full, this.#core.positions.text);
    if (isChange) await sessions.save(session);
    go();
    // Refused: it is where it was.
    const room = this.#core.hub.get(full);
    const isIn = room !== undefined && connection.membershipOf(room) !== null;
    if (isIn === session.rooms.has(full) || connection.state === 'closed') return;
    if (isIn) session.rooms.set(full, joinedAt ?? this.#core.positions.text);
    else drop(session, full);
    if (isIn && wasPlaced) session.placed.add(full);
    await sessions.save(session);
  }

  received(
    connection: Connection,
    event: string,
    args: readonly unknown[],
    answer: (...args: readonly unknown[]) => void,
    refuse: (error: unknown) => void,
  ): Promise<void> | undefined {
    const { claims = null, session = null } = this.#clients.get(connection) ?? {};
    if (event === 'register') return this.register(connection, userIdIn(args[0], claims)).then(answer);
    if (event === 'authenticate') return this.renew(connection, tokenIn(args[0])).then(answer);
    // Nothing waits for the disk: events are stored in the order in which they came.
    const told = ({ ok, eventId, reply, status }: EventAnswer): void => {
      if (reply !== undefined) answer(reply);
      else answer(ok ? { ok, id: eventId } : { ok, code: 'REFUSED', status, id: eventId });
    };
    this.#options.events.forward(connection, session, { name: event, args, id: null }, told).catch(refuse);
    return undefined;
  }

  /** See `Identities.admit`. */
  admit(request: IncomingMessage): Promise<null> | null {
    return this.#options.identities.admit(request);
  }

  /** See `NativeEvents`. */
  readonly native: NativeEvents = {
    opened: (connection, request) => {
      const claims = this.#options.identities.admitted(request);
      if (!claims) return;
      this.#clients.set(connection, newClient(claims));
      grant(connection, claims);
    },
    takes: ({ registration, identity }) => registration !== null || (identity === null && this.#options.events.hasSink),
    take: (connection, { type, payload, id }, fanout) => {
      const session = this.#clients.get(connection)?.session ?? null;
      const event = { name: type, args: isEmpty(payload) ? [] : [payload], id: idIn(payload) };
      return this.#options.events.forward(connection, session, event, (answer) => {
        fanout.send(connection, 'event_reply', answer, id);
      });
    },
  };

  /** `register` of a native client. @throws CommandError: rejects */
  async registerNative(connection: Connection, userId: string | number | undefined, token: string | undefined) {
    if (token !== undefined) await this.renew(connection, token);
    return this.register(connection, userIdIn(userId, this.#clients.get(connection)?.claims ?? null));
  }

  /**
   * Makes the connection a user's: it is in the user's room from here on, and its events go to the backend.
   * @throws CommandError: rejects with VALIDATION_ERROR, UNAUTHENTICATED, FORBIDDEN
   */
  async register(connection: Connection, userId: string): Promise<{ ok: true; userId: string; room: string }> {
    const { sessions, identities, lifecycle } = this.#options;
    const name: RoomName = { namespace: 'user', name: userId, full: `user:${userId}` };
    const done = { ok: true, userId, room: name.full } as const;
    // It went while its token was looked at: nobody waits for the answer, and nothing would ever end its session.
    if (connection.state === 'closed') return done;
    const client = this.#clientOf(connection);
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
      for (const { full } of [name, EVERYONE]) session.rooms.set(full, this.#core.positions.text);
      client.registering = this.#settle(connection, session, places);
    }
    // Asked twice at once, it is told both times when it is true.
    await client.registering;
    client.registering = null;
    return done;
  }

  /** Puts a connection into all of the rooms, or into none. @throws CommandError LIMIT_EXCEEDED, OVERLOADED */
  #placeAll(connection: Connection, names: readonly RoomName[]): readonly Membership[] {
    const { hub } = this.#core;
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
    await this.#options.lifecycle.here(session);
    if (connection.state === 'closed') return;
    for (const membership of places) this.#core.hub.admit(membership);
  }

  /** Takes a new token of the same user. @throws CommandError: rejects with TOKEN_INVALID, TOKEN_EXPIRED, FORBIDDEN */
  async renew(connection: Connection, token: string): Promise<{ ok: true; userId: string; expiresAt: string | null }> {
    const claims = await this.#options.identities.verify(token);
    const { userId, expiresAt } = claims;
    const done = {
      ok: true,
      userId,
      expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    } as const;
    if (connection.state === 'closed') return done;
    const client = this.#clientOf(connection);
    const former = connection.registration?.userId ?? client.claims?.userId ?? userId;
    if (former !== userId) throw new CommandError('FORBIDDEN', 'This token is of another user.');
    client.claims = claims;
    grant(connection, claims);
    if (connection.registration) connection.registration = { userId, expiresAt };
    await this.#takeOutOfForbidden(connection, client.session);
    return done;
  }

  /** A new token may grant less than the one before. */
  async #takeOutOfForbidden(connection: Connection, session: ClientSession | null): Promise<void> {
    let isChange = false;
    for (const membership of connection.memberships) {
      const { room } = membership;
      const { name, policy } = room;
      // A room that is not looked up by name was not joined either.
      if (this.#core.hub.get(name.full) !== room) continue;
      if (session?.placed.has(name.full) || mayStay(connection, name.full, policy)) continue;
      if (session) isChange = drop(session, name.full) || isChange;
      takeOut(this.#core, membership);
    }
    if (session && isChange) await this.#options.sessions.save(session);
  }

  /** The connection is out of its rooms. */
  readonly released = (connection: Connection, broken: boolean): void => {
    const { clock, lifecycle, sessions, recoveryWindow } = this.#options;
    const session = this.#clients.get(connection)?.session;
    this.#clients.delete(connection);
    if (session?.connection !== connection) return;
    session.connection = null;
    session.leftAt = clock.now();
    if (this.#stopping) return;
    if (!broken) this.#end(session, connection.ending?.reason ?? 'client_left');
    else if (recoveryWindow === 0 && !session.announced) void sessions.end(session);
    else lifecycle.broken(session);
  };

  readonly joined = ({ connection, room }: Membership): void => {
    const { session, resuming } = this.#clients.get(connection) ?? {};
    if (!session) return;
    // Who comes back has joined long ago: what is on its way to it now may get lost once more.
    if (!resuming) session.rooms.set(room.name.full, this.#core.positions.text);
    this.#options.lifecycle.joined(session, room.name);
  };

  readonly left = ({ connection, room }: Membership): void => {
    const session = this.#clients.get(connection)?.session;
    // Who is gone has left all rooms: the backend is told that, not each.
    if (session && connection.state !== 'closed') this.#options.lifecycle.left(session, room.name.full);
  };

  get #core(): Engine {
    if (!this.#engine) throw new Error('The gateway has not been started');
    return this.#engine;
  }

  #clientOf(connection: Connection): Client {
    let client = this.#clients.get(connection);
    if (!client) {
      client = newClient(null);
      this.#clients.set(connection, client);
    }
    return client;
  }

  #roomsOf({ rooms }: ClientSession, reached: GlobalPosition): readonly RoomToResume[] {
    return [...rooms].flatMap(([full, joined]) => {
      const name = parseRoomName(full);
      return 'fault' in name || !this.#core.hub.knows(name)
        ? []
        : [{ name, since: later(reached, parsePosition(joined)) }];
    });
  }

  /** Ends the connection that the session still has; the session waits, as it would where the server had noticed. */
  #breakOff(session: ClientSession): void {
    const { connection } = session;
    if (!connection) return;
    session.connection = null;
    session.leftAt = this.#options.clock.now();
    this.#options.lifecycle.broken(session);
    this.#core.broken(connection, 4101, 'The client has come back on another connection.');
    connection.link.terminate();
  }

  async #resume(
    connection: Connection,
    client: Client,
    session: ClientSession,
    reached: GlobalPosition,
  ): Promise<void> {
    const { lifecycle } = this.#options;
    this.#breakOff(session);
    client.session = session;
    client.resuming = true;
    session.connection = connection;
    session.leftAt = 0;
    const { userId } = session;
    if (userId !== null) connection.registration = { userId, expiresAt: client.claims?.expiresAt ?? null };
    this.#dropForbidden(connection, session);
    const resumed = this.#core.resumer.resume(connection, this.#roomsOf(session, reached));
    const isDone = await resumed.catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'A client could not be brought back to where it was');
      return false;
    });
    client.resuming = false;
    if (connection.state === 'closed') return;
    if (!isDone) {
      // It was promised what is gone by now: it has to begin anew, and is told why when it comes back.
      this.#lose(session.pid);
      this.#end(session, 'history_gone');
      this.#core.close(connection, 1011, 'What was missed is gone.');
      return;
    }
    lifecycle.back(session);
    this.#options.log.debug({ connectionId: connection.id, userId: session.userId }, 'session recovered');
    this.#greet(connection, true, null);
  }

  /** Rooms that its namespaces or its token let the client be in no more. */
  #dropForbidden(connection: Connection, session: ClientSession): void {
    const { lifecycle, sessions } = this.#options;
    let isChange = false;
    for (const full of session.rooms.keys()) {
      const name = parseRoomName(full);
      const isKnown = !('fault' in name) && this.#core.hub.knows(name);
      if (isKnown && (session.placed.has(full) || mayStay(connection, full, this.#core.hub.policyOf(name)))) continue;
      isChange = drop(session, full) || isChange;
      lifecycle.left(session, full);
    }
    if (isChange) void sessions.save(session);
  }

  #lose(pid: string): void {
    this.#lost.add(pid);
    if (this.#lost.size <= MOST_LOST) return;
    for (const oldest of this.#lost) {
      this.#lost.delete(oldest);
      return;
    }
  }

  #greet(connection: Connection, recovered: boolean, reason: string | null): void {
    const { pingInterval, pingTimeout, maxFrameSize } = this.#options;
    const session = this.#clients.get(connection)?.session;
    this.#core.fanout.send(connection, 'connected', {
      connectionId: connection.id,
      subprotocol: 'socket.io',
      pingInterval,
      pingTimeout,
      maxFrameSize,
      recovered,
      ...(reason === null ? {} : { reason }),
      userId: session?.userId ?? null,
      rooms: [...(session?.rooms.keys() ?? [])],
    });
  }

  #end(session: ClientSession, reason: string): void {
    const { lifecycle, sessions } = this.#options;
    lifecycle.gone(session, reason);
    void sessions.end(session);
  }

  #sweep(): void {
    const { clock, recoveryWindow, lifecycleGrace, sessions } = this.#options;
    const now = clock.now();
    // As long as such a token would still be taken.
    const limit = now - TOLERANCE * 1000;
    for (const [connection, { claims }] of this.#clients) {
      if (claims?.expiresAt != null && claims.expiresAt <= limit) this.#core.close(connection, 4005, 'token_expired');
    }
    void sessions.flush();
    const away = [...sessions.all()].filter(({ connection }) => connection === null);
    for (const [index, session] of away.entries()) {
      const window = session.restorable ? Math.max(recoveryWindow, lifecycleGrace) : lifecycleGrace;
      const isOver = now - session.leftAt > window;
      if (isOver || index < away.length - MOST_AWAY) this.#end(session, 'connection_lost');
    }
  }
}

function newClient(claims: TokenClaims | null): Client {
  return { claims, session: null, resuming: false, registering: null };
}

/** Tokens may grant rooms that their namespaces let nobody join. */
function grant(connection: Connection, claims: TokenClaims | null): void {
  connection.grants = claims && claims.rooms.length > 0 ? new Set(claims.rooms) : null;
}

/** Where a client stands in a room that it joined when it had got less elsewhere. */
function later(reached: GlobalPosition, joined: GlobalPosition | null): GlobalPosition {
  if (!joined) return reached;
  const stored = Math.max(reached.stored, joined.stored);
  const memory = joined.life === reached.life ? Math.max(reached.memory, joined.memory) : reached.memory;
  return { ...reached, stored, memory };
}

/** Given by clients that send again what was not answered. */
function idIn(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null || !('clientMessageId' in payload)) return null;
  const { clientMessageId: id } = payload;
  return typeof id === 'string' && id.length >= 1 && id.length <= LIMITS.clientMessageId ? id : null;
}
