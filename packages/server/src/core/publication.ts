import type { Member } from '@roomcast/protocol';

/** Who published. Of publications that were read from disk the connection is not known any more. */
export type Sender = Omit<Member, 'connectionId'> & { readonly connectionId?: string };

/** One accepted message in a room, as the core keeps it. */
export interface PublicationRecord {
  readonly event: string;
  /** The JSON text of the data, byte for byte as it came. */
  readonly data: Buffer;
  /** Milliseconds since 1970: when the server accepted it. */
  readonly timestamp: number;
  /** Contiguous per room from 1; 0 in rooms without a log, and where it could not be stored. */
  readonly offset: number;
  readonly sender: Sender | null;
  readonly clientMessageId: string | null;
  /** The sender's own clock, in milliseconds since 1970, where the room's messages have it. */
  readonly clientTime: number | null;
}
