import type { IncomingMessage } from 'node:http';
import { parseRoomName } from '@roomcast/protocol';
import type { TokenClaims } from '../auth/jwt/token-claims.ts';
import type { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import { CommandError } from '../core/errors.ts';
import type { Membership } from '../core/membership.ts';
import { parsePosition } from '../core/positions.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Restorable } from '../transports/socketio/adapter.ts';
import type { Beginning, SocketIoGateway } from '../transports/socketio/gateway.ts';
import type { Clock } from '../util/clock.ts';
import type { ClientEvents, EventAnswer } from './client-events.ts';
import type { ClientSessions } from './client-sessions.ts';
import { Clients } from './clients.ts';
import { type Identities, tokenIn, userIdIn } from './identities.ts';
import type { Lifecycle } from './lifecycle.ts';
import { drop, Members } from './members.ts';
import { NativeClients } from './native-clients.ts';
import type { Push } from './pusher.ts';
import { EVERYONE, Registrations } from './registrations.ts';
import { Resumption } from './resumption.ts';
import { Sweeper } from './sweeper.ts';

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

/** What needs the engine. */
interface Parts {
  readonly engine: Engine;
  readonly members: Members;
  readonly native: NativeClients;
  readonly registrations: Registrations;
  readonly resumption: Resumption;
  readonly sweeper: Sweeper;
}

/** Users of a backend: who they are, which rooms they are in, and how they come back to them. */
export class Gateway implements SocketIoGateway {
  readonly #options: GatewayOptions;
  readonly #clients = new Clients();
  /** Null until it is started. */
  #parts: Parts | null = null;
  #stopping = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** @param push carries out what answers of the backend ask for */
  start(engine: Engine, push: Push): void {
    const { events, sessions, lifecycle } = this.#options;
    const common = { ...this.#options, engine, clients: this.#clients };
    const registrations = new Registrations(common);
    const sweeper = new Sweeper(common);
    this.#parts = {
      engine,
      registrations,
      sweeper,
      native: new NativeClients({ ...common, registrations }),
      resumption: new Resumption({ ...common, onResumed: (connection) => this.#greet(connection, true, null) }),
      members: new Members({
        ...{ engine, sessions, lifecycle },
        sessionOf: (connection) => this.#clients.sessionOf(connection),
        end: (userId, reason) => {
          for (const session of [...sessions.ofUser(userId)]) lifecycle.end(session, reason);
        },
      }),
    };
    events.start(push);
    // Their connections broke with the process that held them.
    for (const session of sessions.all()) lifecycle.broken(session);
    sweeper.start();
  }

  /** From here on nobody's leaving is news: the server leaves, and clients come back to another. */
  drain(): void {
    this.#stopping = true;
  }

  stop(): void {
    this.#parts?.sweeper.stop();
    this.#options.lifecycle.stop();
  }

  /** Nobody who has been in that room comes back to it. Resolves when that is on disk, or waits for the disk. */
  async forgetRoom(full: string): Promise<void> {
    const { sessions } = this.#options;
    const left = [...sessions.all()].filter((session) => drop(session, full));
    await Promise.all(left.map((session) => sessions.save(session)));
  }

  /** For backends; there once the gateway is started. */
  get members(): Members {
    return this.#started.members;
  }

  /** For the native transport and what is like it; there once the gateway is started. */
  get native(): NativeClients {
    return this.#started.native;
  }

  /** Sessions that clients are in, or may come back to. */
  get sessions(): number {
    return this.#options.sessions.size;
  }

  /** Connections of users. */
  get registered(): number {
    return this.#started.engine.hub.get(EVERYONE.full)?.memberCount ?? 0;
  }

  async restore(pid: string, position: string): Promise<Restorable | null> {
    return this.#started.resumption.restore(pid, position);
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
    const { engine, resumption } = this.#started;
    const { claims, pid, sid, recovered, position, formerPid } = beginning;
    const client = this.#clients.begin(connection, claims);
    const known = recovered ? sessions.get(pid) : null;
    const reached = known && parsePosition(position ?? '');
    if (known && reached) return resumption.resume(connection, client, known, reached);
    if (recovered) {
      // It ended while the client was on its way in, and the client believes that it goes on.
      engine.close(connection, 1011, 'The session has ended.');
      return undefined;
    }
    client.session = sessions.begin({ pid, sid, restorable: true, subject: claims?.userId ?? null }, connection);
    const isGone = formerPid !== null && (sessions.get(formerPid) !== null || resumption.wasLost(formerPid));
    const reason = isGone ? 'history_gone' : 'session_expired';
    this.#greet(connection, false, formerPid === null ? null : reason);
    return undefined;
  }

  async joining(connection: Connection, kind: 'join' | 'leave', roomId: string, go: () => void): Promise<void> {
    const session = this.#clients.sessionOf(connection);
    const name = parseRoomName(roomId);
    if (!session || 'fault' in name) return go();
    const { full } = name;
    const { sessions } = this.#options;
    const { hub, positions } = this.#started.engine;
    // It will be refused: until then the session must not say that its client has left.
    if (kind === 'leave' && hub.keeps(name)) return go();
    const joinedAt = session.rooms.get(full);
    const wasPlaced = session.placed.has(full);
    const isChange = (kind === 'join') === (joinedAt === undefined);
    if (kind === 'leave') drop(session, full);
    else if (isChange) session.rooms.set(full, positions.text);
    if (isChange) await sessions.save(session);
    go();
    // Refused: it is where it was.
    const room = hub.get(full);
    const isIn = room !== undefined && connection.membershipOf(room) !== null;
    if (isIn === session.rooms.has(full) || connection.state === 'closed') return;
    if (isIn) session.rooms.set(full, joinedAt ?? positions.text);
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
    const { registrations } = this.#started;
    const { claims = null, session = null } = this.#clients.get(connection) ?? {};
    if (event === 'register') return registrations.register(connection, userIdIn(args[0], claims)).then(answer);
    if (event === 'authenticate') return registrations.renew(connection, tokenIn(args[0])).then(answer);
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

  /** The connection is out of its rooms. */
  readonly released = (connection: Connection, broken: boolean): void => {
    const { clock, lifecycle, sessions, recoveryWindow } = this.#options;
    const session = this.#clients.sessionOf(connection);
    this.#clients.delete(connection);
    if (session?.connection !== connection) return;
    session.connection = null;
    session.leftAt = clock.now();
    if (this.#stopping) return;
    if (!broken) lifecycle.end(session, connection.ending?.reason ?? 'client_left');
    else if (recoveryWindow === 0 && !session.announced) void sessions.end(session);
    else lifecycle.broken(session);
  };

  readonly joined = ({ connection, room }: Membership): void => {
    const { session, resuming } = this.#clients.get(connection) ?? {};
    if (!session) return;
    // Who comes back has joined long ago: what is on its way to it now may get lost once more.
    if (!resuming) session.rooms.set(room.name.full, this.#started.engine.positions.text);
    this.#options.lifecycle.joined(session, room.name);
  };

  readonly left = ({ connection, room }: Membership): void => {
    const session = this.#clients.sessionOf(connection);
    // Who is gone has left all rooms: the backend is told that, not each.
    if (session && connection.state !== 'closed') this.#options.lifecycle.left(session, room.name.full);
  };

  get #started(): Parts {
    if (!this.#parts) throw new Error('The gateway has not been started');
    return this.#parts;
  }

  #greet(connection: Connection, recovered: boolean, reason: string | null): void {
    const { pingInterval, pingTimeout, maxFrameSize } = this.#options;
    const session = this.#clients.sessionOf(connection);
    this.#started.engine.fanout.send(connection, 'connected', {
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
}
