import type { Clock } from '../util/clock.ts';

export interface BreakerOptions {
  readonly clock: Clock;
  /** Failures in a row, of different users or general ones, that open it. */
  readonly threshold: number;
  /** Milliseconds before the first probe, and the most between two. */
  readonly min: number;
  readonly max: number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly onChange: (state: BreakerState) => void;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Whether it is any use to send. Closed: yes. Open: no, nobody answers. Half-open: one try is under way, and what
 * becomes of it decides. One user's event that fails again and again does not open it, since others may get through.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #state: BreakerState = 'closed';
  /** What failed since the last success. */
  readonly #streak = new Set<string>();
  #generalFailures = 0;
  #openings = 0;
  #openUntil = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Milliseconds until it is worth asking again; 0 where that is now. */
  get wait(): number {
    return this.#state === 'open' ? Math.max(0, this.#openUntil - this.#options.clock.monotonic()) : 0;
  }

  /** Whether the caller may send one event. It must report what became of it. */
  acquire(): boolean {
    if (this.#state === 'closed') return true;
    if (this.#state === 'half-open' || this.wait > 0) return false;
    this.#change('half-open');
    return true;
  }

  succeeded(): void {
    this.#streak.clear();
    this.#generalFailures = 0;
    this.#openings = 0;
    this.#change('closed');
  }

  /**
   * @param userId whose event failed; null where the failure was a general one
   * @param retryAfter milliseconds that the backend wants to be left alone, or null
   */
  failed(userId: string | null, retryAfter: number | null): void {
    if (this.#state === 'open') return;
    if (userId === null) this.#generalFailures++;
    else this.#streak.add(userId);
    const isStreak = this.#streak.size + this.#generalFailures >= this.#options.threshold;
    if (this.#state === 'half-open' || isStreak) this.#open(retryAfter ?? 0);
  }

  #open(atLeast: number): void {
    const { clock, min, max, random } = this.#options;
    const pause = Math.min(max, min * 2 ** this.#openings++);
    this.#openUntil = clock.monotonic() + Math.max(atLeast, pause * (0.5 + random() / 2));
    this.#change('open');
  }

  #change(state: BreakerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onChange(state);
  }
}
