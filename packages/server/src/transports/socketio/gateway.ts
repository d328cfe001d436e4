import type { TokenClaims } from '../../auth/jwt/token-claims.ts';
import type { Connection } from '../../core/connection.ts';
import type { Restorer } from './adapter.ts';

/** How a client begins. */
export interface Beginning {
  readonly pid: string;
  readonly sid: string;
  readonly claims: TokenClaims | null;
  readonly recovered: boolean;
  /** Up to where a client that comes back has got everything. */
  readonly position: string | null;
  /** The session that the client wanted to go on with. */
  readonly formerPid: string | null;
}

/** What the transport hands on; the gateway implements it. */
export interface SocketIoGateway extends Restorer {
  /**
   * Who a client is.
   * @param pid of the session that it goes on with, which must be the same user's
   * @throws CommandError: rejects with UNAUTHENTICATED and others
   */
  authenticate(token: unknown, pid: string | null): Promise<TokenClaims | null>;
  /** The id of the connection that a session had. */
  connectionIdOf(pid: string): string | null;
  /** The connection is there. Its events wait for the promise. */
  opened(connection: Connection, beginning: Beginning): Promise<void> | undefined;
  /** Writes the client's session, then calls `go`. */
  joining(connection: Connection, kind: 'join' | 'leave', roomId: string, go: () => void): Promise<void>;
  /** An event that is none of the engine's commands. @throws CommandError */
  received(
    connection: Connection,
    event: string,
    args: readonly unknown[],
    answer: (...args: readonly unknown[]) => void,
    refuse: (error: unknown) => void,
  ): Promise<void> | undefined;
}
