import type { Spread } from '../../suite/spread.ts';

/** Clients of one room lose their connections all at once, and come back while messages flow. */
export interface StormPlan {
  readonly kind: 'storm';
  readonly clients: number;
  /** Messages per second. */
  readonly rate: number;
  readonly storms: number;
  /** Each client stays away for between so many milliseconds and so many. */
  readonly away: readonly [number, number];
}

export interface StormResult {
  readonly sent: number;
  readonly delivered: number;
  readonly missing: number;
  /** Repeated, or behind what was sent later. */
  readonly doubled: number;
  /** Returns after which the client was told that it had got all. */
  readonly recovered: number;
  readonly notRecovered: number;
  /** Attempts to return that the server turned away, to be made again. */
  readonly refusals: number;
  /** Messages that were replayed: sent before a client returned and after it had left. */
  readonly replayed: number;
  /** From the attempt to connect to the last message that had been missed, in milliseconds. */
  readonly replay: Spread;
  readonly seconds: number;
  /** Part of a core that the load used meanwhile. */
  readonly generatorLoad: number;
}

/** Registered users are connected, and one after the other is pushed to. */
export interface PushPlan {
  readonly kind: 'push';
  readonly users: number;
  /** Pushes per second. */
  readonly rate: number;
  /** Seconds before counting begins, and that count. */
  readonly warm: number;
  readonly duration: number;
}

export interface PushResult {
  readonly pushed: number;
  readonly delivered: number;
  readonly doubled: number;
  /** Events at others than those they were for. */
  readonly strays: number;
  /** Answers other than that one connection was reached. */
  readonly wrongAnswers: number;
  /** From sending the request to the event at the client, and to the end of the answer. */
  readonly receipt: Spread;
  readonly answer: Spread;
  /** Milliseconds behind the schedule. */
  readonly late: Spread;
  readonly seconds: number;
  /** Part of a core that the load used meanwhile. */
  readonly generatorLoad: number;
}

export type LoadPlan = (StormPlan | PushPlan) & { readonly port: number };
export type LoadResult = StormResult | PushResult;
