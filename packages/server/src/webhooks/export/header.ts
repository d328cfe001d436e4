import type { CapturedRequest } from '@roomcast/protocol';

/** The first header of a name (in lower case), or null. */
export function headerOf({ rawHeaders }: Pick<CapturedRequest, 'rawHeaders'>, name: string): string | null {
  return rawHeaders.find(([given]) => given.toLowerCase() === name)?.[1] ?? null;
}
