import { LIMITS } from '@roomcast/protocol';

/** What is said of a value that is nested too deep. */
export const TOO_DEEP = `is nested more than ${LIMITS.nesting} deep.`;

/**
 * Whether a value has lists and objects inside each other more than `LIMITS.nesting` deep. Encoders walk through values by
 * calling themselves: what one of them cannot walk through would reach some members of a room and not the others.
 * RFC 8259 §9 leaves the bound to who parses.
 */
export function isTooDeep(value: unknown, left: number = LIMITS.nesting): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (left === 0) return true;
  if (Array.isArray(value)) {
    for (const part of value) if (isTooDeep(part, left - 1)) return true;
    return false;
  }
  for (const key in value) if (isTooDeep((value as Record<string, unknown>)[key], left - 1)) return true;
  return false;
}
