import type { IncomingMessage } from 'node:http';
import { nameFault } from '@roomcast/protocol';
import type { TokenClaims } from '../auth/jwt/token-claims.ts';
import { TokenFault } from '../auth/jwt/token-fault.ts';
import { CommandError } from '../core/errors.ts';
import { ProblemError } from '../http/problem.ts';

export interface IdentitiesOptions {
  /** Null where no keys are configured. */
  readonly verifier: { verify(token: string): Promise<TokenClaims> } | null;
  /** Whether users may register without a token: in development, on this machine alone. */
  readonly trusting: boolean;
}

/** Of the form of a JWT: three parts of base64url, the last of which may be missing. */
const BEARER = /^bearer +([\w-]+\.[\w-]+\.[\w-]*) *$/i;

/** Who clients are, for a backend: what their tokens prove, or what they say where that is enough. */
export class Identities {
  readonly #options: IdentitiesOptions;
  /** Of upgrades whose tokens were checked, until their connections are there. */
  readonly #admitted = new WeakMap<IncomingMessage, TokenClaims>();

  constructor(options: IdentitiesOptions) {
    this.#options = options;
  }

  /** What a Socket.IO client proves when it connects; null where nobody has to. @throws CommandError: rejects */
  async connecting(token: unknown): Promise<TokenClaims | null> {
    if (!this.#options.verifier) return null;
    if (typeof token === 'string' && token !== '') return this.verify(token);
    throw new CommandError('UNAUTHENTICATED', 'A token is needed: connect with { auth: { token } }.');
  }

  /** @throws CommandError: rejects with TOKEN_INVALID, TOKEN_EXPIRED, FORBIDDEN */
  async verify(token: string): Promise<TokenClaims> {
    const { verifier } = this.#options;
    if (!verifier) throw new CommandError('FORBIDDEN', 'This server knows no tokens.');
    try {
      return await verifier.verify(token);
    } catch (error) {
      if (error instanceof TokenFault) throw new CommandError(error.code, error.message);
      throw error;
    }
  }

  /**
   * Checks the token that a native client sends with its upgrade. Null where it sends none of ours.
   * @throws ProblemError: rejects with TOKEN_INVALID, TOKEN_EXPIRED
   */
  admit(request: IncomingMessage): Promise<null> | null {
    const [, token] = BEARER.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined || !this.#options.verifier) return null;
    return this.verify(token).then(
      (claims) => {
        this.#admitted.set(request, claims);
        return null;
      },
      (error: unknown) => {
        throw error instanceof CommandError ? new ProblemError(error.code, error.message) : error;
      },
    );
  }

  /** What an upgrade has proven. */
  admitted(request: IncomingMessage): TokenClaims | null {
    return this.#admitted.get(request) ?? null;
  }

  /** Whether a client may register so. @throws CommandError VALIDATION_ERROR, UNAUTHENTICATED, FORBIDDEN */
  requireSubject(claims: TokenClaims | null, userId: string, isForwarded: boolean): void {
    const { verifier, trusting } = this.#options;
    const fault = nameFault(userId);
    if (fault !== null) throw new CommandError('VALIDATION_ERROR', `The user id ${fault}.`, { field: 'userId' });
    if (verifier && !claims) throw new CommandError('UNAUTHENTICATED', 'A token is needed: send "authenticate" first.');
    if (claims && claims.userId !== userId) throw new CommandError('FORBIDDEN', 'The token is of another user.');
    if (verifier || (trusting && !isForwarded)) return;
    const detail = 'Without tokens users can register from this machine alone, on loopback: see ROOMCAST_JWT_SECRET.';
    throw new CommandError('FORBIDDEN', detail);
  }
}

/** The id that a client registers with; with a token it may leave it out. @throws CommandError VALIDATION_ERROR */
export function userIdIn(given: unknown, claims: TokenClaims | null): string {
  const id = typeof given === 'object' && given !== null && 'userId' in given ? given.userId : given;
  if (typeof id === 'string') return id;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  if (claims && (id === undefined || isEmpty(id))) return claims.userId;
  throw new CommandError('VALIDATION_ERROR', 'register takes {userId}, or the id itself.', { field: 'userId' });
}

/** @throws CommandError VALIDATION_ERROR */
export function tokenIn(given: unknown): string {
  const token = typeof given === 'object' && given !== null && 'token' in given ? given.token : given;
  if (typeof token === 'string') return token;
  throw new CommandError('VALIDATION_ERROR', 'authenticate takes {token}.', { field: 'token' });
}

export function isEmpty(given: unknown): boolean {
  return typeof given === 'object' && given !== null && Object.keys(given).length === 0;
}
