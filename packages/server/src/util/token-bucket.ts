/**
 * A token bucket in two numbers, kept in the object that it limits: no timer, no allocation.
 * `level` is what is left at time `at` (monotonic milliseconds).
 */
export interface Bucket {
  level: number;
  at: number;
}

export interface BucketRate {
  /** Tokens that come back each second; 0 = no limit. */
  readonly perSecond: number;
  /** Most tokens that can wait. */
  readonly burst: number;
}

/** Takes one token. Returns 0, or the milliseconds until there is one. */
export function take(bucket: Bucket, rate: BucketRate, now: number): number {
  if (rate.perSecond <= 0) return 0;
  const level = Math.min(rate.burst, bucket.level + ((now - bucket.at) * rate.perSecond) / 1000);
  bucket.at = now;
  if (level >= 1) {
    bucket.level = level - 1;
    return 0;
  }
  bucket.level = level;
  return Math.ceil(((1 - level) * 1000) / rate.perSecond);
}
