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
  /** Its place among the publications of all logs of its kind; see positions.ts. Absent in rooms without a log. */
  readonly sequence?: number;
  /** Binary values, where the data holds placeholders for them (`{"_placeholder":true,"num":0}`, as in Socket.IO). */
  readonly attachments?: readonly Buffer[];
  /** The connection that published it, which is not sent it: neither live nor when it recovers. Not on the wire. */
  readonly origin?: string | null;
}

/** Bytes that it takes on the wire, roughly: what is binary may travel as base64. */
export function wireBytes({ data, attachments }: PublicationRecord): number {
  let bytes = data.length;
  for (const attachment of attachments ?? []) bytes += base64Bytes(attachment.length);
  return bytes;
}

/** Bytes of so many bytes in base64. */
export function base64Bytes(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}
