/** How long a backend may ask to be left alone, in milliseconds. */
const LONGEST_RETRY_AFTER = 300_000;

export interface RetryOptions {
  /** Milliseconds. */
  readonly min: number;
  readonly max: number;
  /** 0 to 1. */
  readonly random: () => number;
}

/** Milliseconds before the next try: exponential, with full jitter, so that those who failed together come apart. */
export function retryDelay(attempts: number, { min, max, random }: RetryOptions): number {
  return random() * Math.min(max, min * 2 ** Math.min(attempts - 1, 30));
}

/** `Retry-After` (RFC 9110 §10.2.3) in milliseconds from `now`, bounded; null where there is none or it is no such. */
export function parseRetryAfter(value: string | string[] | undefined, now: number): number | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER);
}
