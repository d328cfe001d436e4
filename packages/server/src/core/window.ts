/**
 * The adaptive flush window. Sending each publication on its own costs one system call per member (about 8 µs);
 * waiting a little and sending several together costs one for all of them. So the window follows the load, as
 * interrupt moderation does in network cards: none while there is little to do, growing with rate × members.
 */

/** What decides how long a window is. */
interface Load {
  /** Below so many deliveries per second a room is never made to wait. */
  readonly low: number;
  /** From so many on, the window is as long as it may be. */
  readonly high: number;
}

/** What is said. The upper bound is about two thirds of a core without a window. */
const PUBLICATIONS: Load = { low: 20_000, high: 80_000 };
/**
 * Who comes, goes and types: less urgent, and when a crowd arrives at once each arrival concerns all who are there
 * already. Waiting begins at about a fiftieth of a core.
 */
export const EVENTS: Load = { low: 2000, high: 10_000 };
/** The longest window of events, in milliseconds: a fifth of what others may wait to see somebody go. */
export const EVENT_WINDOW = 100;
/** How long the estimate of the rate remembers, in milliseconds. */
const MEMORY = 250;
/** Publications that must be expected within the window besides the one that opens it; a little under 1 for jitter. */
const WORTH_WAITING = 0.9;

/** An exponentially decaying estimate of publications per second. Two numbers, no timer. */
export class RateEstimate {
  #perSecond = 0;
  #at = 0;

  /** Counts one publication at `now` (monotonic milliseconds). */
  count(now: number): void {
    this.#perSecond = this.at(now) + 1000 / MEMORY;
    this.#at = now;
  }

  /** The estimate at `now`. */
  at(now: number): number {
    return this.#perSecond * Math.exp((this.#at - now) / MEMORY);
  }
}

/**
 * How long a room's publications (or events) may wait for each other, in milliseconds; 0 = send with this turn of the
 * event loop.
 * @param rate publications per second, lately
 * @param members connections that each publication goes to
 * @param longest the bound in milliseconds; 0 switches windows off
 */
export function flushWindow(
  rate: number,
  members: number,
  longest: number,
  { low, high }: Load = PUBLICATIONS,
): number {
  const load = rate * members;
  if (longest <= 0 || load <= low) return 0;
  const window = longest * Math.min(1, (load - low) / (high - low));
  return (rate * window) / 1000 >= WORTH_WAITING ? window : 0;
}
