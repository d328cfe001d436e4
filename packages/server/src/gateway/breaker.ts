import type { Clock } from '../util/clock.ts';
import type { Outcome } from './sinks/sink.ts';

export interface BreakerOptions {
  readonly clock: Clock;
  /** Failures in a row, of different users or general ones, that open it; of an event that is known to fail none counts. */
  readonly threshold: number;
  /** Milliseconds before the first probe, and the most between two. */
  readonly min: number;
  readonly max: number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly onChange: (state: BreakerState) => void;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** How a try failed. */
export type Failure = Pick<Outcome & { kind: 'away' }, 'status' | 'isGeneral' | 'retryAfter'>;

/**
 * Whether it is any use to send. Closed: yes. Open: no, nobody answers. Half-open: one try is under way, and what
 * becomes of it decides. Events that fail again and again neither open it nor keep it open for longer, since others may
 * get through.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #state: BreakerState = 'closed';
  /** What failed since the last success. */
  readonly #streak = new Set<string>();
  #generalFailures = 0;
  /** How many successes there were when an event failed for the first time. */
  readonly #failedBefore = new WeakMap<object, number>();
  #successes = 0;
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
    this.#successes++;
    this.#streak.clear();
    this.#generalFailures = 0;
    this.#openings = 0;
    this.#change('closed');
  }

  /** @param event the same object at each try of an event */
  failed(event: { readonly userId: string }, failure: Failure): void {
    const isNews = this.#isNews(event, failure);
    if (this.#state === 'open') return;
    if (isNews && failure.isGeneral) this.#generalFailures++;
    else if (isNews) this.#streak.add(event.userId);
    const isStreak = this.#streak.size + this.#generalFailures >= this.#options.threshold;
    if (this.#state === 'half-open' || (isNews && isStreak)) this.#open(failure.retryAfter ?? 0, isNews);
  }

  /**
   * Whether a failure says anything about the backend. It does not where the event is known to fail: the backend itself
   * has answered so before, or others got through since.
   */
  #isNews(event: object, { status, isGeneral }: Failure): boolean {
    const successes = this.#failedBefore.get(event);
    if (successes === undefined) {
      this.#failedBefore.set(event, this.#successes);
      return true;
    }
    const isAnswer = status !== null && !isGeneral;
    return !isAnswer && successes === this.#successes;
  }

  #open(atLeast: number, isLonger: boolean): void {
    const { clock, min, max, random } = this.#options;
    if (isLonger) this.#openings++;
    const pause = Math.min(max, min * 2 ** (this.#openings - 1));
    this.#openUntil = clock.monotonic() + Math.max(atLeast, pause * (0.5 + random() / 2));
    this.#change('open');
  }

  #change(state: BreakerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onChange(state);
  }
}
