/** The time, injectable so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970, for what people and clients read. */
  now(): number;
  /** Monotonic milliseconds with fractions, for intervals. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

let lastMs = Number.NaN;
let lastIso = '';
let formerMs = Number.NaN;
let formerIso = '';

/**
 * ISO 8601 in UTC. Remembers two answers: a busy room formats the same millisecond many times, and an acknowledgement
 * names the time of its message beside its own.
 */
export function isoTime(ms: number): string {
  if (ms === lastMs) return lastIso;
  const iso = ms === formerMs ? formerIso : new Date(ms).toISOString();
  formerMs = lastMs;
  formerIso = lastIso;
  lastMs = ms;
  lastIso = iso;
  return iso;
}
