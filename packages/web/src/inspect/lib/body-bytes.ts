import type { CapturedRequest } from '@roomcast/protocol';

/** The body's bytes exactly as they were captured, whether it is kept as text or as base64. None: no bytes. */
export function bytesOf(request: Pick<CapturedRequest, 'body' | 'bodyEncoding'>): Uint8Array<ArrayBuffer> {
  if (request.body === null) return new Uint8Array(0);
  return request.bodyEncoding === 'base64' ? fromBase64(request.body) : new TextEncoder().encode(request.body);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
