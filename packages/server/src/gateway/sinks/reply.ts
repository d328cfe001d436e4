import type { BackendReply } from '../event.ts';

/** Longest reply that is read, in bytes. */
const LONGEST = 1024 * 1024;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

/** What a backend said to an event that it took. */
interface Reply {
  readonly reply: BackendReply | null;
  /** What of it could not be made use of. Holds nothing of what was said. */
  readonly fault?: string;
}

/** Reads the body of an answer. @throws what the body throws when it breaks off */
export async function readReply(body: AsyncIterable<Buffer>, type: string | string[] | undefined): Promise<Reply> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // Leaving the loop ends the connection.
    if (length > LONGEST) return { reply: null, fault: `It is longer than ${LONGEST} bytes` };
    chunks.push(chunk);
  }
  if (length === 0) return { reply: null };
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    const isMeant = typeof type === 'string' && JSON_TYPE.test(type);
    return isMeant ? { reply: null, fault: 'It is no JSON, although its content type says so' } : { reply: null };
  }
  return replyOf(value);
}

/** What of an answer means something to us. */
function replyOf(value: unknown): Reply {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { reply: null };
  const { ack, push } = value as { ack?: unknown; push?: unknown };
  const said = ack === undefined ? {} : { ack };
  if (Array.isArray(push)) return { reply: { ...said, push } };
  // Many libraries write null for what is not there.
  if (push === undefined || push === null) return { reply: said };
  return { reply: said, fault: 'Its push is not a list' };
}
