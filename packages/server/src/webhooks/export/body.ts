import type { CapturedRequest } from '@roomcast/protocol';

/** The bytes of a captured body, exactly as they came; empty where there was none. */
export function bodyBytes({ body, bodyEncoding }: Pick<CapturedRequest, 'body' | 'bodyEncoding'>): Buffer {
  return Buffer.from(body ?? '', bodyEncoding ?? 'utf8');
}

/** What a header's bytes, which stand in a string one by one, mean to people: UTF-8, or else ISO 8859-1. */
export function headerText(value: string): string {
  const text = Buffer.from(value, 'latin1').toString();
  return text.includes('\uFFFD') ? value : text;
}

/** The first header of a name (in lower case), or null. */
export function headerOf({ rawHeaders }: Pick<CapturedRequest, 'rawHeaders'>, name: string): string | null {
  return rawHeaders.find(([given]) => given.toLowerCase() === name)?.[1] ?? null;
}
