import type { Spread } from '../../suite/spread.ts';

interface WebhookPlan {
  readonly webhookId: string;
  /** Requests per second. */
  readonly rate: number;
  /** Connections that take turns. */
  readonly connections: number;
}

/** Requests come on time while others watch. */
export interface CapturePlan extends WebhookPlan {
  readonly kind: 'capture';
  readonly watchers: readonly WatcherKind[];
  /** Seconds before counting begins, and that count. */
  readonly warm: number;
  readonly duration: number;
}

/** Watchers lose their connections while requests come, and return. */
export interface ReturnPlan extends WebhookPlan {
  readonly kind: 'return';
  readonly rounds: number;
  /** Seconds. */
  readonly away: number;
}

export type WatcherKind = 'native' | 'Socket.IO' | 'SSE';

/** How one watcher fared. */
export interface WatcherResult {
  readonly kind: WatcherKind;
  readonly received: number;
  /** Requests that were answered and never came. */
  readonly lost: number;
  readonly doubled: number;
  /** Whose offset is not the one behind that of the request before. */
  readonly outOfOrder: number;
  /** With another body, epoch or id than was sent and answered. */
  readonly wrong: number;
}

interface SendingResult {
  /** Of all requests, the warm-up among them. */
  readonly sent: number;
  /** Not answered, or not with 200. */
  readonly refused: number;
  /** From the moment at which the request was due to the end of its answer, in milliseconds. */
  readonly answer: Spread;
  /** Milliseconds behind the schedule. */
  readonly late: Spread;
  /** From the beginning of counting to the last that came. */
  readonly seconds: number;
  /** Part of a core that the load used meanwhile. */
  readonly generatorLoad: number;
}

export interface CaptureResult extends SendingResult {
  readonly watchers: readonly (WatcherResult & {
    /** From the moment at which the request was due to its arrival, in milliseconds. */
    readonly receipt: Spread;
  })[];
}

export interface ReturnResult extends SendingResult {
  readonly watchers: readonly (WatcherResult & {
    /** Most requests that were missed at a return. */
    readonly missed: number;
    /** From the attempt to connect to the last request that had been missed by then, in milliseconds. */
    readonly replay: Spread;
  })[];
}

export type LoadPlan = (CapturePlan | ReturnPlan) & { readonly port: number };
