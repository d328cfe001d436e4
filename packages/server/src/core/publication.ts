import type { Member } from '@roomcast/protocol';

/** One accepted message in a room, as the core keeps it. */
export interface PublicationRecord {
  readonly event: string;
  /** The JSON text of the data, byte for byte as it came. */
  readonly data: Buffer;
  /** Milliseconds since 1970: when the server accepted it. */
  readonly timestamp: number;
  /** Contiguous per room from 1; 0 in rooms without a log. */
  readonly offset: number;
  readonly sender: Member | null;
  readonly clientMessageId: string | null;
}
