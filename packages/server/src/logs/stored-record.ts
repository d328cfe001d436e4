import type { PublicationRecord, Sender } from '../core/publication.ts';
import type { StoredPublication } from '../store/log-store.ts';

/** Begins the ids of publications that were given none: each needs one, so that a write that is repeated is known. */
export const UNNAMED = '~';

/** Bytes of a length. */
const LENGTH = 4;

/** Who published, as it is kept. */
interface Origin {
  readonly sender: Sender | null;
  readonly origin: string | null;
}

/** A publication as it is kept, without its place. */
export function toStored(
  draft: Omit<PublicationRecord, 'offset' | 'sequence'>,
  messageId: string,
): Omit<StoredPublication, 'offset' | 'sequence'> {
  const { event, data, timestamp, sender, origin = null, attachments } = draft;
  return {
    event,
    data: owned(data),
    attachments: attachments ? pack(attachments) : null,
    sender: sender || origin !== null ? JSON.stringify({ sender, origin } satisfies Origin) : null,
    messageId,
    timestamp,
  };
}

/** The publication that was kept. */
export function fromStored(row: StoredPublication): PublicationRecord {
  const { event, data, timestamp, offset, sequence, messageId, attachments } = row;
  const { sender, origin } = row.sender === null ? NOBODY : (JSON.parse(row.sender) as Origin);
  const record = {
    event,
    data: bytesOf(data),
    timestamp,
    offset,
    sequence,
    sender,
    origin,
    clientMessageId: messageId?.startsWith(UNNAMED) ? null : messageId,
    clientTime: null,
  };
  return attachments === null ? record : { ...record, attachments: unpack(bytesOf(attachments)) };
}

const NOBODY: Origin = { sender: null, origin: null };

/** Each with its length before it. */
function pack(attachments: readonly Buffer[]): Buffer {
  const parts = attachments.flatMap((attachment) => {
    const length = Buffer.alloc(LENGTH);
    length.writeUInt32BE(attachment.length);
    return [length, attachment];
  });
  return Buffer.concat(parts);
}

function unpack(packed: Buffer): Buffer[] {
  const attachments: Buffer[] = [];
  for (let at = 0; at < packed.length; ) {
    const start = at + LENGTH;
    at = start + packed.readUInt32BE(at);
    attachments.push(packed.subarray(start, at));
  }
  return attachments;
}

/** With memory of its own: a slice would travel between threads with all that it is a slice of. */
function owned(data: Buffer): Uint8Array {
  return data.byteLength === data.buffer.byteLength ? data : new Uint8Array(data);
}

/** Buffers arrive from other threads as plain arrays of bytes. */
function bytesOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
