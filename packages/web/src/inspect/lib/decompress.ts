/** What came out of a compressed body. */
export interface Decompressed {
  /** All that came out, even where it is not all that there is; what cannot be undone at all is as it came. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Why it is not all, as a sentence; null where it is. */
  readonly problem: string | null;
}

/** Ten megabytes: a small body that becomes more than this is likelier a bomb than something to look at. */
const MOST_BYTES = 10 * 1024 * 1024;
/** A piece goes in at a time, so that what comes out can be counted in between. */
const PIECE = 512;

/** Formats of the Compression Standard by the names of HTTP's codings (RFC 9110, section 8.4.1). */
const FORMATS: Readonly<Record<string, string>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'brotli',
  zstd: 'zstd',
};

/** The codings of a `content-encoding` header in the order in which they were applied; empty where there is none. */
export function codingsOf(contentEncoding: string | undefined): readonly string[] {
  const names = (contentEncoding ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}

/**
 * Undoes the codings of a `content-encoding` header, the last one first, up to `mostBytes` for each. Never rejects: what
 * cannot be undone is told, with what has come out so far.
 */
export async function decompress(
  bytes: Uint8Array<ArrayBuffer>,
  contentEncoding: string,
  mostBytes = MOST_BYTES,
): Promise<Decompressed> {
  let result: Decompressed = { bytes, problem: null };
  for (const coding of codingsOf(contentEncoding).toReversed()) {
    const next = await undo(coding, result.bytes, mostBytes);
    result = { bytes: next.bytes, problem: result.problem ?? next.problem };
    if (next.problem !== null) break;
  }
  return result;
}

async function undo(coding: string, bytes: Uint8Array<ArrayBuffer>, mostBytes: number): Promise<Decompressed> {
  const format = FORMATS[coding];
  if (format === undefined) return { bytes, problem: `${coding} is no compression that is known here.` };
  const result = await expand(bytes, format, mostBytes, coding);
  if (result.problem === null || result.bytes.length > 0) return result;
  // Some senders leave the zlib header off; browsers forgive it, too.
  const raw = coding === 'deflate' ? await expand(bytes, 'deflate-raw', mostBytes, coding) : result;
  // A proxy may have decompressed it and left the header as it was: then it is readable as it came.
  return raw.bytes.length > 0 ? raw : { bytes, problem: result.problem };
}

async function expand(
  bytes: Uint8Array<ArrayBuffer>,
  format: string,
  mostBytes: number,
  coding: string,
): Promise<Decompressed> {
  const stream = decompressorFor(format);
  if (stream === null) return { bytes, problem: `This browser cannot decompress ${coding}.` };
  const reader = inPieces(bytes).pipeThrough(stream).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      chunks.push(next.value);
      size += next.value.length;
      if (size <= mostBytes) continue;
      reader.cancel().catch(() => {});
      const problem = `It becomes larger than ${mostBytes.toLocaleString('en')} bytes: only the beginning is shown.`;
      return { bytes: joined(chunks, mostBytes), problem };
    }
    return { bytes: joined(chunks, size), problem: null };
  } catch {
    const problem =
      size === 0
        ? `It is not ${coding}, or breaks off at once: it is shown as it came.`
        : `Not all of it is ${coding}: it is cut off, or damaged, or something stands behind it.`;
    return { bytes: joined(chunks, size), problem };
  }
}

/** Null where the browser does not know the format: brotli and zstd are not everywhere. */
function decompressorFor(format: string): DecompressionStream | null {
  try {
    return new DecompressionStream(format as CompressionFormat);
  } catch {
    return null;
  }
}

function inPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + PIECE));
      at += PIECE;
    },
  });
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk.subarray(0, length - at), at);
    at += chunk.length;
  }
  return bytes;
}
