import type { Position } from '@roomcast/protocol';
import type { RoomFault } from '../types.ts';

/**
 * `waiting`: for the connection, its room, its turn or its answer. `unsaved`: delivered while the database was away; it
 * is sent again by itself. `failed`: three tries came to nothing, or the server refuses it. `sent`: on disk. `discarded`:
 * taken out. The last two are told once, and the message is out of the outbox then.
 */
export type OutgoingState = 'waiting' | 'unsaved' | 'failed' | 'sent' | 'discarded';

/** What a store keeps of a message that is not sent yet. */
export interface StoredOutgoing {
  /** The sender's id: nobody else may send it. */
  readonly userId: string;
  /** `chat:name`. */
  readonly roomId: string;
  /** Unguessable and never used again: the server tells by it what it has already. */
  readonly clientMessageId: string;
  readonly content: string;
  /** When it was written, in milliseconds since 1970. Grows strictly: it is the order of sending, too. */
  readonly at: number;
  readonly state: 'waiting' | 'unsaved' | 'failed';
  /** Why it failed. */
  readonly failure: RoomFault | null;
}

/** A message of one's own on its way. A snapshot: each change makes a new one. */
export interface Outgoing extends Omit<StoredOutgoing, 'userId' | 'state'> {
  /** Null as long as the server has not said who this is. */
  readonly userId: string | null;
  readonly state: OutgoingState;
  /** Tries that came to nothing. */
  readonly tries: number;
  /** Where it is in the room, once it is sent. */
  readonly position: Position | null;
  /** When the server accepted it: ISO 8601, UTC. */
  readonly timestamp: string | null;
}
