import type { CapturedRequest } from '@roomcast/protocol';

/** The bytes of a captured body, exactly as they came; empty where there was none. */
export function bodyBytes({ body, bodyEncoding }: Pick<CapturedRequest, 'body' | 'bodyEncoding'>): Buffer {
  return Buffer.from(body ?? '', bodyEncoding ?? 'utf8');
}
