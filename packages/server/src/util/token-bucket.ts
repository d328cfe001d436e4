/**
 * A token bucket in three numbers, kept in the object that it limits: no timer, no allocation.
 * `level` is what is left at time `at`; nothing is taken before `until` (monotonic milliseconds).
 */
export interface Bucket {
  level: number;
  at: number;
  until: number;
}

/**
 * After a refusal everything is refused for so long, in milliseconds. Otherwise the next token would be there within a
 * millisecond at usual rates, and of the messages that a client had already sent, one behind a refused one would get
 * through: out of order. By the end the client has learned of the refusal and sends again from there.
 */
const PAUSE = 250;

export interface BucketRate {
  /** Tokens that come back each second; 0 = no limit. */
  readonly perSecond: number;
  /** Most tokens that can wait. */
  readonly burst: number;
}

/** Takes one token. Returns 0, or the milliseconds until there is one. */
export function take(bucket: Bucket, rate: BucketRate, now: number): number {
  if (rate.perSecond <= 0) return 0;
  if (now < bucket.until) return Math.ceil(bucket.until - now);
  const level = Math.min(rate.burst, bucket.level + ((now - bucket.at) * rate.perSecond) / 1000);
  bucket.at = now;
  if (level >= 1) {
    bucket.level = level - 1;
    return 0;
  }
  bucket.level = level;
  const wait = Math.max(PAUSE, Math.ceil(((1 - level) * 1000) / rate.perSecond));
  bucket.until = now + wait;
  return wait;
}
