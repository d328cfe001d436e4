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

/** ISO 8601 in UTC. Remembers the last answer: a busy room formats the same millisecond many times. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastIso = new Date(ms).toISOString();
  }
  return lastIso;
}
