import type { RoomName } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import { CommandError } from '../core/errors.ts';
import type { ClientSession } from './client-sessions.ts';
import type { MembershipAdmin } from './memberships.ts';

export interface MembersOptions {
  readonly engine: Engine;
  readonly sessionOf: (connection: Connection) => ClientSession | null;
  readonly save: (session: ClientSession) => Promise<void>;
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
    const { engine, sessionOf, save } = this.#options;
    const { hub, commands, positions } = engine;
    const connections = this.#connectionsOf(userId);
    for (const connection of connections) {
      const session = sessionOf(connection);
      if (session && !session.rooms.has(name.full)) {
        session.rooms.set(name.full, positions.text);
        await save(session);
      }
      if (connection.state === 'closed') continue;
      const membership = hub.place(connection, name);
      if (!membership.present) commands.recoverer.join(membership, null, 0, () => {});
    }
    return connections.length;
  }

  async leave(userId: string, name: RoomName): Promise<number> {
    this.#requireOpen(name);
    const { engine, sessionOf, save } = this.#options;
    const { hub, fanout } = engine;
    let count = 0;
    for (const connection of this.#connectionsOf(userId)) {
      const session = sessionOf(connection);
      if (session?.rooms.delete(name.full)) await save(session);
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

  disconnect(userId: string, reason: string): number {
    const { engine, end } = this.#options;
    const connections = this.#connectionsOf(userId);
    for (const connection of connections) engine.close(connection, 1000, reason);
    end(userId, reason);
    return connections.length;
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
