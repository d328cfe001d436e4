import { isSecureUrl } from '../../config/secure-url.ts';

/** Largest key set, in bytes. Twenty keys with their certificates are a quarter of it. */
const MAX_SIZE = 256 * 1024;

/**
 * Fetches a key set. Whoever can choose what comes back can log in as anybody, hence: https or this machine alone, no
 * redirects, and no more bytes than a key set has.
 * @param signal ends the attempt
 * @returns the JSON that came, not yet judged
 * @throws {Error} whose message says what went wrong, without the address
 */
export async function downloadKeySet(address: string, signal: AbortSignal): Promise<unknown> {
  if (!isSecureUrl(address)) throw new Error('the address is neither https nor on this machine');
  const response = await fetch(address, {
    redirect: 'manual',
    signal,
    headers: { accept: 'application/jwk-set+json, application/json' },
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    const isRedirect = response.status >= 300 && response.status < 400;
    throw new Error(`it answers ${response.status}${isRedirect ? ', and redirects are not followed' : ''}`);
  }
  return parse(await readBounded(response));
}

/** Reads while it fits. What the server says about the length is not asked: it may be compressed, or a lie. */
async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the download.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_SIZE) throw new Error(`it answers with more than ${MAX_SIZE} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it answers with something that is not JSON');
  }
}
