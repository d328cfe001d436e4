import type { IncomingMessage } from 'node:http';
import { LIMITS, nameFault, parseRoomName, type RoomName } from '@roomcast/protocol';
import type { TokenClaims } from '../auth/jwt/token-claims.ts';
import { TokenFault } from '../auth/jwt/token-fault.ts';
import type { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import { CommandError } from '../core/errors.ts';
import type { Membership } from '../core/membership.ts';
import { type GlobalPosition, parsePosition } from '../core/positions.ts';
import type { RoomToResume } from '../core/resume.ts';
import { ProblemError } from '../http/problem.ts';
import type { Logger } from '../telemetry/log.ts';
import type { NativeEvents } from '../transports/native.ts';
import type { Restorable } from '../transports/socketio/adapter.ts';
import type { Beginning, ClientClaims, SocketIoGateway } from '../transports/socketio/gateway.ts';
import type { Clock } from '../util/clock.ts';
import { DelayQueue } from '../util/delay-queue.ts';
import type { ClientEvents, EventAnswer } from './client-events.ts';
import type { ClientSession, ClientSessions } from './client-sessions.ts';
import type { MembershipAdmin } from './memberships.ts';
import type { Push } from './pusher.ts';

export interface GatewayOptions {
  readonly sessions: ClientSessions;
  readonly events: ClientEvents;
  /** Null where no keys are configured. */
  readonly verifier: { verify(token: string): Promise<TokenClaims> } | null;
  /** Whether users may register without a token: in development, on this machine alone. */
  readonly trusting: boolean;
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

/** What is known of a connection. */
interface Client {
  readonly claims: ClientClaims | null;
  session: ClientSession | null;
  expiresAt: number | null;
}

/** Users of a backend: who they are, where they are, and what becomes of them. */
export class Gateway implements SocketIoGateway, MembershipAdmin {
  readonly #options: GatewayOptions;
  readonly #clients = new Map<Connection, Client>();
  /** Whose tokens were checked, until their connections are there. */
  readonly #admitted = new WeakMap<IncomingMessage, ClientClaims>();
  readonly #lingering: DelayQueue<{ readonly session: ClientSession; readonly leftAt: number }>;
  #engine: Engine | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#lingering = new DelayQueue({
      delay: options.lifecycleGrace,
      clock: options.clock,
      onDue: ({ session, leftAt }) => {
        if (session.connection === null && session.leftAt === leftAt) this.#announceGone(session, 'connection_lost');
      },
    });
  }

  /** @param push carries out what answers of the backend ask for */
  start(engine: Engine, push: Push): void {
    this.#engine = engine;
    this.#options.events.start(push);
    // Their connections broke with the process that held them.
    for (const session of this.#options.sessions.all()) this.#lingering.add({ session, leftAt: session.leftAt });
    this.#timer = setInterval(() => this.#sweep(), SWEEP).unref();
  }

  /** From here on nobody's leaving is news: the server leaves, and clients come back to another. */
  drain(): void {
    this.#stopping = true;
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#lingering.stop();
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
    if (!session || !reached) return null;
    const { connection } = session;
    if (connection) {
      // The client knows better than we do that its connection is broken.
      this.#core.broken(connection, 4101, 'The client has come back on another connection.');
      connection.link.terminate();
    }
    const canResume = await this.#core.resumer.canResume(this.#roomsOf(session, reached)).catch(() => false);
    return canResume && sessions.get(pid) === session ? { pid, sid: session.sid } : null;
  }

  async authenticate(token: unknown, pid: string | null): Promise<ClientClaims | null> {
    const { sessions, verifier } = this.#options;
    if (!verifier) return null;
    if (typeof token !== 'string' || token === '') {
      throw new CommandError('UNAUTHENTICATED', 'A token is needed: connect with { auth: { token } }.');
    }
    const claims = await this.#verified(token);
    const session = pid === null ? null : sessions.get(pid);
    if (session?.userId && session.userId !== claims.userId) {
      this.#end(session, 'replaced');
      throw new CommandError('UNAUTHENTICATED', 'This session is of another user; connect again.');
    }
    return claims;
  }

  connectionIdOf(pid: string): string | null {
    return this.#options.sessions.get(pid)?.connectionId ?? null;
  }

  opened(connection: Connection, beginning: Beginning): Promise<void> | undefined {
    const { sessions } = this.#options;
    const { claims, pid, sid, recovered, position, formerPid } = beginning;
    connection.grants = claims && claims.rooms.length > 0 ? new Set(claims.rooms) : null;
    const client: Client = { claims, session: null, expiresAt: claims?.expiresAt ?? null };
    this.#clients.set(connection, client);
    const known = recovered ? sessions.get(pid) : null;
    const reached = known && parsePosition(position ?? '');
    if (known && reached) return this.#resume(connection, client, known, reached);
    client.session = sessions.begin(pid, sid, connection);
    client.session.expiresAt = client.expiresAt;
    const reason = formerPid === null ? null : sessions.get(formerPid) ? 'history_gone' : 'session_expired';
    this.#greet(connection, false, reason);
    return undefined;
  }

  async joining(connection: Connection, kind: 'join' | 'leave', roomId: string, go: () => void): Promise<void> {
    const session = this.#clients.get(connection)?.session;
    const name = parseRoomName(roomId);
    if (!session || 'fault' in name) return go();
    const known = session.rooms.get(name.full);
    if (kind === 'join' && known === undefined) session.rooms.set(name.full, this.#core.positions.text);
    if (kind === 'leave') session.rooms.delete(name.full);
    if ((kind === 'join') === (known === undefined)) await this.#save(session);
    go();
    const room = this.#core.hub.get(name.full);
    const isIn = room !== undefined && connection.membershipOf(room) !== null;
    if (isIn === session.rooms.has(name.full) || connection.state === 'closed') return;
    // Refused.
    if (isIn) session.rooms.set(name.full, known ?? this.#core.positions.text);
    else session.rooms.delete(name.full);
    await this.#save(session);
  }

  received(
    connection: Connection,
    event: string,
    args: readonly unknown[],
    answer: (...args: readonly unknown[]) => void,
    refuse: (error: unknown) => void,
  ): Promise<void> | undefined {
    if (event === 'register') return this.register(connection, this.#userIdIn(connection, args[0])).then(answer);
    if (event === 'authenticate') return this.renew(connection, tokenIn(args[0])).then(answer);
    // Nothing waits for the disk: events are stored in the order in which they came.
    const session = this.#clients.get(connection)?.session ?? null;
    const told = ({ ok, eventId, reply, status }: EventAnswer): void => {
      if (reply !== undefined) answer(reply);
      else answer(ok ? { ok, id: eventId } : { ok, code: 'REFUSED', status, id: eventId });
    };
    this.#options.events.forward(connection, session, { name: event, args, id: null }, told).catch(refuse);
    return undefined;
  }

  /** `register` of a native client. @throws CommandError: rejects */
  async registerNative(connection: Connection, userId: string | number | undefined, token: string | undefined) {
    if (token !== undefined) await this.renew(connection, token);
    return this.register(connection, this.#userIdIn(connection, userId));
  }

  /**
   * Checks the token that a native client sends with its upgrade. Returns null where it sends none of ours.
   * @throws ProblemError: rejects with TOKEN_INVALID, TOKEN_EXPIRED
   */
  admit(request: IncomingMessage): Promise<null> | null {
    const [, token] = /^bearer +([\w-]+\.[\w-]+\.[\w-]*) *$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined || !this.#options.verifier) return null;
    return this.#verified(token).then(
      (claims) => {
        this.#admitted.set(request, claims);
        return null;
      },
      (error: unknown) => {
        throw error instanceof CommandError ? new ProblemError(error.code, error.message) : error;
      },
    );
  }

  /** See `NativeEvents`. */
  readonly native: NativeEvents = {
    opened: (connection, request) => {
      const claims = this.#admitted.get(request);
      if (claims) this.#proven(connection, claims);
    },
    takes: ({ registration, identity }) => registration !== null || (identity === null && this.#options.events.hasSink),
    take: (connection, { type, payload, id }, fanout) => {
      const given = isEmpty(payload) ? [] : [payload];
      const session = this.#clients.get(connection)?.session ?? null;
      const clientId = idIn(payload);
      return this.#options.events.forward(connection, session, { name: type, args: given, id: clientId }, (answer) => {
        fanout.send(connection, 'event_reply', answer, id);
      });
    },
  };

  #proven(connection: Connection, claims: ClientClaims): void {
    const { expiresAt, rooms } = claims;
    connection.grants = rooms.length > 0 ? new Set(rooms) : null;
    this.#clients.set(connection, { claims, session: null, expiresAt });
  }

  /**
   * Makes the connection a user's: it is in the user's room from here on, and its events go to the backend.
   * @throws CommandError: rejects with VALIDATION_ERROR, UNAUTHENTICATED, FORBIDDEN
   */
  async register(connection: Connection, userId: string): Promise<{ ok: true; userId: string; room: string }> {
    const { sessions, events } = this.#options;
    const client = this.#clientOf(connection);
    this.#requireSubject(client, userId);
    const name: RoomName = { namespace: 'user', name: userId, full: `user:${userId}` };
    const done = { ok: true, userId, room: name.full } as const;
    if (connection.registration?.userId === userId) return done;
    if (connection.registration) {
      throw new CommandError('FORBIDDEN', `This connection is registered as ${connection.registration.userId}.`);
    }
    connection.registration = { userId, expiresAt: client.expiresAt };
    client.session ??= sessions.begin(connection.id, connection.id, connection);
    const { session } = client;
    const isNews = this.#becomeUser(session, userId);
    for (const { full } of [name, EVERYONE]) session.rooms.set(full, this.#core.positions.text);
    await this.#save(session);
    if (connection.state === 'closed') return done;
    for (const room of [name, EVERYONE]) this.#core.hub.admit(this.#core.hub.place(connection, room));
    if (isNews) events.tell(session, 'connected');
    return done;
  }

  /** Takes a new token of the same user. @throws CommandError: rejects with UNAUTHENTICATED, FORBIDDEN */
  async renew(connection: Connection, token: string): Promise<{ ok: true; userId: string; expiresAt: string | null }> {
    const client = this.#clientOf(connection);
    const { userId, expiresAt, rooms } = await this.#verified(token);
    const former = connection.registration?.userId ?? client.claims?.userId ?? userId;
    if (former !== userId) throw new CommandError('FORBIDDEN', 'This token is of another user.');
    connection.grants = rooms.length > 0 ? new Set(rooms) : null;
    const session = client.session;
    this.#clients.set(connection, { claims: { userId, expiresAt, rooms }, session, expiresAt });
    if (connection.registration) connection.registration = { userId, expiresAt };
    if (session) {
      session.expiresAt = expiresAt;
      await this.#save(session);
    }
    return { ok: true, userId, expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString() };
  }

  /** The connection is out of its rooms. */
  readonly released = (connection: Connection, broken: boolean): void => {
    const session = this.#clients.get(connection)?.session;
    this.#clients.delete(connection);
    if (session?.connection !== connection) return;
    const { clock, recoveryWindow, sessions } = this.#options;
    session.connection = null;
    session.leftAt = clock.now();
    if (this.#stopping) return;
    if (!broken) this.#end(session, connection.ending?.reason ?? 'client_left');
    else if (recoveryWindow === 0 && !session.announced) void sessions.end(session).catch(this.#onFault);
    else this.#lingering.add({ session, leftAt: session.leftAt });
  };

  readonly joined = ({ connection, room }: Membership): void => {
    const session = this.#clients.get(connection)?.session;
    if (!session || isOwn(room.name)) return;
    const isNews = !session.told.has(room.name.full);
    session.told.add(room.name.full);
    session.rooms.set(room.name.full, this.#core.positions.text);
    if (isNews && session.announced) this.#options.events.tell(session, 'joined', { room: room.name.full });
  };

  readonly left = ({ connection, room }: Membership): void => {
    const session = this.#clients.get(connection)?.session;
    // Who is gone has left all rooms: the backend is told that, not each.
    if (!session || connection.state === 'closed' || isOwn(room.name)) return;
    if (session.told.delete(room.name.full) && session.announced) {
      this.#options.events.tell(session, 'left', { room: room.name.full, reason: 'left' });
    }
  };

  /** Puts all present connections of a user into a room. Returns how many they are. @throws CommandError: rejects */
  async join(userId: string, name: RoomName): Promise<number> {
    const { hub, commands } = this.#core;
    if (hub.policyOf(name).reserved) throw new CommandError('FORBIDDEN', `Rooms of "${name.namespace}:" are closed.`);
    const connections = this.#connectionsOf(userId);
    for (const connection of connections) {
      const session = this.#clients.get(connection)?.session;
      session?.rooms.set(name.full, this.#core.positions.text);
      if (session) await this.#save(session);
      if (connection.state === 'closed') continue;
      const membership = hub.place(connection, name);
      if (!membership.present) commands.recoverer.join(membership, null, 0, () => {});
    }
    return connections.length;
  }

  /** Takes all connections of a user out of a room. Returns how many were in it. */
  async leave(userId: string, name: RoomName): Promise<number> {
    const { hub, fanout } = this.#core;
    if (hub.policyOf(name).reserved) throw new CommandError('FORBIDDEN', `Rooms of "${name.namespace}:" are closed.`);
    let count = 0;
    for (const connection of this.#connectionsOf(userId)) {
      const session = this.#clients.get(connection)?.session;
      session?.rooms.delete(name.full);
      if (session) await this.#save(session);
      const room = hub.get(name.full);
      const membership = room && connection.membershipOf(room);
      if (!membership) continue;
      count++;
      fanout.serve(connection);
      hub.leave(membership);
      fanout.send(connection, 'room_left', { roomId: name.full });
    }
    return count;
  }

  /** Ends all connections of a user, for good. Returns how many they were. */
  disconnect(userId: string, reason: string): number {
    const connections = this.#connectionsOf(userId);
    for (const connection of connections) this.#core.close(connection, 1000, reason);
    for (const session of [...this.#options.sessions.ofUser(userId)]) this.#end(session, reason);
    return connections.length;
  }

  get #core(): Engine {
    if (!this.#engine) throw new Error('The gateway has not been started');
    return this.#engine;
  }

  #connectionsOf(userId: string): readonly Connection[] {
    const room = this.#core.hub.get(`user:${userId}`);
    return room ? [...room.memberships].map(({ connection }) => connection) : [];
  }

  #clientOf(connection: Connection): Client {
    let client = this.#clients.get(connection);
    if (!client) {
      client = { claims: null, session: null, expiresAt: null };
      this.#clients.set(connection, client);
    }
    return client;
  }

  async #verified(token: string): Promise<TokenClaims> {
    const { verifier } = this.#options;
    if (!verifier) throw new CommandError('FORBIDDEN', 'This server knows no tokens.');
    try {
      return await verifier.verify(token);
    } catch (error) {
      if (error instanceof TokenFault) throw new CommandError(error.code, error.message);
      throw error;
    }
  }

  /** @throws CommandError VALIDATION_ERROR, UNAUTHENTICATED, FORBIDDEN */
  #requireSubject({ claims }: Client, userId: string): void {
    const { verifier, trusting } = this.#options;
    const fault = nameFault(userId);
    if (fault !== null) throw new CommandError('VALIDATION_ERROR', `The user id ${fault}.`, { field: 'userId' });
    if (verifier && !claims) throw new CommandError('UNAUTHENTICATED', 'A token is needed: send "authenticate" first.');
    if (claims && claims.userId !== userId) throw new CommandError('FORBIDDEN', 'The token is of another user.');
    if (!verifier && !trusting) {
      const detail = 'Without tokens users can register on the loopback address only: see ROOMCAST_JWT_SECRET.';
      throw new CommandError('FORBIDDEN', detail);
    }
  }

  /** Returns whether the backend does not know yet that the user is here. A quick return goes on where it was. */
  #becomeUser(session: ClientSession, userId: string): boolean {
    const { sessions } = this.#options;
    const former = [...sessions.ofUser(userId)].find(({ connection, announced }) => connection === null && announced);
    session.number = former?.number ?? sessions.nextNumber();
    session.sequence = former?.sequence ?? 0;
    session.announced = true;
    sessions.register(session, userId);
    if (!former) return true;
    former.announced = false;
    void sessions.end(former).catch(this.#onFault);
    return false;
  }

  #roomsOf({ rooms }: ClientSession, reached: GlobalPosition): readonly RoomToResume[] {
    return [...rooms].flatMap(([full, joined]) => {
      const name = parseRoomName(full);
      return 'fault' in name ? [] : [{ name, since: later(reached, parsePosition(joined)) }];
    });
  }

  async #resume(
    connection: Connection,
    client: Client,
    session: ClientSession,
    reached: GlobalPosition,
  ): Promise<void> {
    const { clock, events, sessions } = this.#options;
    client.session = session;
    session.connection = connection;
    session.leftAt = 0;
    session.expiresAt = client.expiresAt;
    const { userId } = session;
    if (userId !== null) connection.registration = { userId, expiresAt: client.expiresAt };
    const isDone = await this.#core.resumer
      .resume(connection, this.#roomsOf(session, reached))
      .catch((error: unknown) => {
        this.#onFault(error);
        return false;
      });
    if (connection.state === 'closed') return;
    if (!isDone) {
      // It was promised what is gone by now: it has to begin anew, and comes back to a session that is not known.
      this.#end(session, 'history_gone');
      this.#core.close(connection, 1011, 'What was missed is gone.');
      return;
    }
    if (userId !== null && !session.announced) {
      session.announced = true;
      session.number = sessions.nextNumber();
      session.sequence = 0;
      events.tell(session, 'connected');
    }
    this.#greet(connection, true, null);
    this.#options.log.debug({ connectionId: connection.id, userId, at: clock.now() }, 'session recovered');
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

  #announceGone(session: ClientSession, reason: string): void {
    if (!session.announced) return;
    session.announced = false;
    session.told.clear();
    this.#options.events.tell(session, 'disconnected', { reason });
    if (this.#options.recoveryWindow === 0) void this.#options.sessions.end(session).catch(this.#onFault);
  }

  #end(session: ClientSession, reason: string): void {
    this.#announceGone(session, reason);
    this.#options.sessions.end(session).catch(this.#onFault);
  }

  /** A session that nobody has registered with, and which is in no room, need not be found after a crash. */
  async #save(session: ClientSession): Promise<void> {
    if (session.userId === null && session.rooms.size === 0) return;
    await this.#options.sessions.save(session).catch(this.#onFault);
  }

  #sweep(): void {
    const { clock, recoveryWindow, sessions } = this.#options;
    const now = clock.now();
    for (const [connection, { expiresAt }] of this.#clients) {
      if (expiresAt !== null && expiresAt <= now) this.#core.close(connection, 4005, 'token_expired');
    }
    const away: ClientSession[] = [];
    for (const session of sessions.all()) if (session.connection === null) away.push(session);
    for (const [index, session] of away.entries()) {
      const isOver = now - session.leftAt > Math.max(recoveryWindow, this.#options.lifecycleGrace);
      if (isOver || index < away.length - MOST_AWAY) this.#end(session, 'connection_lost');
    }
  }

  /** The id that a client registers with; with a token it may leave it out. @throws CommandError VALIDATION_ERROR */
  #userIdIn(connection: Connection, given: unknown): string {
    const id = typeof given === 'object' && given !== null && 'userId' in given ? given.userId : given;
    if (typeof id === 'string') return id;
    if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
    const claims = this.#clients.get(connection)?.claims;
    if (claims && (id === undefined || isEmpty(id))) return claims.userId;
    throw new CommandError('VALIDATION_ERROR', 'register takes {userId}, or the id itself.', { field: 'userId' });
  }

  readonly #onFault = (err: unknown): void => {
    this.#options.log.warn({ err }, 'A session of a client could not be saved');
  };
}

/** The user's own room and everybody's come with registering; they are no news. */
function isOwn({ namespace }: RoomName): boolean {
  return namespace === 'user' || namespace === 'all';
}

/** Where a client stands in a room that it joined when it had got less elsewhere. */
function later(reached: GlobalPosition, joined: GlobalPosition | null): GlobalPosition {
  if (!joined) return reached;
  const stored = Math.max(reached.stored, joined.stored);
  return {
    ...reached,
    stored,
    memory: joined.life === reached.life ? Math.max(reached.memory, joined.memory) : reached.memory,
  };
}

function isEmpty(given: unknown): boolean {
  return typeof given === 'object' && given !== null && Object.keys(given).length === 0;
}

/** Given by clients that send again what was not answered. */
function idIn(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null || !('clientMessageId' in payload)) return null;
  const { clientMessageId: id } = payload;
  return typeof id === 'string' && id.length >= 1 && id.length <= LIMITS.clientMessageId ? id : null;
}

function tokenIn(given: unknown): string {
  const token = typeof given === 'object' && given !== null && 'token' in given ? given.token : given;
  if (typeof token === 'string') return token;
  throw new CommandError('VALIDATION_ERROR', 'authenticate takes {token}.', { field: 'token' });
}
