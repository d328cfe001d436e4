import type { TokenClaims } from '../auth/jwt/token-claims.ts';
import type { Connection } from '../core/connection.ts';
import type { ClientSession } from './client-sessions.ts';

/** What is known of a connection. */
export interface Client {
  claims: TokenClaims | null;
  session: ClientSession | null;
  /** Whether it is being brought back to where it was. */
  resuming: boolean;
  /** While its registration is on its way to disk. */
  registering: Promise<void> | null;
}

/** The connections that have proven or asked for something, until they are gone. */
export class Clients implements Iterable<readonly [Connection, Client]> {
  readonly #byConnection = new Map<Connection, Client>();

  /** The connection is there, with what its token proves, if it brought one. */
  begin(connection: Connection, claims: TokenClaims | null): Client {
    this.#add(connection);
    return this.prove(connection, claims);
  }

  /** What the client has proven from here on; its token may grant rooms that their namespaces let nobody join. */
  prove(connection: Connection, claims: TokenClaims | null): Client {
    const client = this.of(connection);
    client.claims = claims;
    connection.grants = claims && claims.rooms.length > 0 ? new Set(claims.rooms) : null;
    return client;
  }

  /** The client of a connection, which it becomes where it is none yet. */
  of(connection: Connection): Client {
    return this.#byConnection.get(connection) ?? this.#add(connection);
  }

  get(connection: Connection): Client | null {
    return this.#byConnection.get(connection) ?? null;
  }

  sessionOf(connection: Connection): ClientSession | null {
    return this.#byConnection.get(connection)?.session ?? null;
  }

  delete(connection: Connection): void {
    this.#byConnection.delete(connection);
  }

  [Symbol.iterator](): MapIterator<[Connection, Client]> {
    return this.#byConnection.entries();
  }

  #add(connection: Connection): Client {
    const client: Client = { claims: null, session: null, resuming: false, registering: null };
    this.#byConnection.set(connection, client);
    return client;
  }
}
