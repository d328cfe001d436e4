import type { CloseCode, CommandId, ServerEvents, ServerEventType } from '@roomcast/protocol';
import type { PublicationRecord } from './publication.ts';
import type { Room } from './room.ts';

/**
 * How one kind of connection writes what the core has to say. There is one object per kind, shared by all its
 * connections: the core encodes once per format, however many members read it.
 */
export interface WireFormat {
  readonly name: string;
  /** Whether its connections get the publications of all their rooms in one order; see positions.ts. */
  readonly ordered?: boolean;
  /**
   * A publication as one complete frame.
   * @param position that the frame tells the client, where it is not the present one
   */
  publication(room: Room, record: PublicationRecord, position?: string): Buffer;
  /** An event as one complete frame, or null where the format has publications only (the raw bridge). */
  event<Type extends ServerEventType>(
    type: Type,
    payload: WithoutPage<ServerEvents[Type]>,
    timestamp: number,
    id?: CommandId,
    page?: PublicationPage,
  ): Buffer | null;
}

/**
 * Publications inside an event, kept apart from its payload: their data is JSON text that goes out as it came in,
 * so the format splices it in instead of parsing and printing it.
 */
export interface PublicationPage {
  /** The payload's field that holds the list. */
  readonly field: 'history' | 'publications';
  readonly room: Room;
  readonly records: readonly PublicationRecord[];
}

/** An event's payload without the list that a `PublicationPage` brings. */
export type WithoutPage<Payload> = Omit<Payload, PublicationPage['field']>;

/** The socket below one connection. Frames leave in the order in which they are written. */
export interface Link {
  /** Bytes that the peer has not taken yet. */
  readonly bufferedAmount: number;
  /** Writes a complete frame. Returns false where bytes now wait for the peer. */
  write(frame: Buffer): boolean;
  /** Between the two, writes are gathered into one system call. Calls nest. */
  cork(): void;
  uncork(): void;
  /** Calls back once, when all waiting bytes have left. */
  onceDrained(callback: () => void): void;
  ping(): void;
  /** Begins the closing handshake; bytes written before still go out. */
  close(code: CloseCode, reason: string): void;
  /** Drops the connection at once, with all that waits. */
  terminate(): void;
}
