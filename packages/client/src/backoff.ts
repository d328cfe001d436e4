/** How long to wait between attempts. Times are in milliseconds. */
export interface BackoffOptions {
  /** Wait before the first attempt. Default 1,000. */
  readonly min?: number;
  /** Longest wait. Default 30,000. */
  readonly max?: number;
  /** What each wait is multiplied by for the next. Default 2. */
  readonly factor?: number;
  /** The share of a wait that chance may take away, 0–1, so that clients do not come back all at once. Default 0.5. */
  readonly jitter?: number;
}

/**
 * Milliseconds to wait before attempt number `attempt` (from 1).
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 */
export function backoffDelay(attempt: number, options: BackoffOptions, random: number): number {
  const { min = 1000, max = 30_000, factor = 2, jitter = 0.5 } = options;
  const full = Math.min(max, min * factor ** (attempt - 1));
  return Math.round(full * (1 - jitter * random));
}
