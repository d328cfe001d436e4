import { parseRoomName } from '@roomcast/protocol';
import type { JWTPayload } from 'jose';
import { TokenFault } from './token-fault.ts';

/** What a token that was verified says. */
export interface TokenClaims {
  /** Subject of the token, good as the name of the room `user:<userId>`. */
  readonly userId: string;
  /** Milliseconds since 1970, null = never. */
  readonly expiresAt: number | null;
  /** Full names of the rooms that the claim `rooms` grants, each once. */
  readonly rooms: readonly string[];
}

/** Rooms that one token may grant. */
const MAX_ROOMS = 128;
/** The last second that a Date can hold; what lies behind is a mistake of the issuer, not a time. */
const LAST_SECOND = 8.64e12;

/**
 * Reads the claims that Roomcast knows; all others are left alone.
 * @param payload of a token whose signature and times are right
 * @throws {TokenFault} TOKEN_INVALID, naming the claim
 */
export function readClaims(payload: JWTPayload): TokenClaims {
  return { userId: subjectOf(payload.sub), expiresAt: expiryOf(payload.exp), rooms: roomsOf(payload['rooms']) };
}

function subjectOf(sub: unknown): string {
  if (sub === undefined) throw new TokenFault('The token has no subject (sub).');
  if (typeof sub !== 'string') throw new TokenFault('The subject (sub) of the token is not text.');
  const room = parseRoomName(`user:${sub}`);
  if ('fault' in room) throw new TokenFault(`The subject (sub) of the token ${room.fault}.`);
  return sub;
}

function expiryOf(exp: number | undefined): number | null {
  if (exp === undefined) return null;
  if (exp > LAST_SECOND) throw new TokenFault('The expiry (exp) of the token is no time in seconds since 1970.');
  return Math.floor(exp * 1000);
}

function roomsOf(rooms: unknown): readonly string[] {
  if (rooms === undefined) return [];
  if (!Array.isArray(rooms)) throw new TokenFault('The claim rooms of the token is not a list.');
  if (rooms.length > MAX_ROOMS)
    throw new TokenFault(`The claim rooms of the token has more than ${MAX_ROOMS} entries.`);
  return [...new Set(rooms.map(roomOf))];
}

function roomOf(name: unknown, index: number): string {
  const entry = `Entry ${index + 1} of the claim rooms of the token`;
  if (typeof name !== 'string') throw new TokenFault(`${entry} is not text.`);
  const room = parseRoomName(name);
  if ('fault' in room) throw new TokenFault(`${entry} ${room.fault}.`);
  return room.full;
}
