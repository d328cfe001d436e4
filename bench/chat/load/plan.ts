import type { Spread } from '../../suite/spread.ts';

/** What the load process is told first: who talks where. Sender i and receiver i are in room i. */
export interface LoadSetup {
  readonly kind: 'connect';
  readonly port: number;
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
}

/** One stretch of talk. */
export interface LoadStep {
  readonly kind: 'talk';
  /** Messages per second of all senders together; null = as fast as the answers come, `inFlight` of each sender open. */
  readonly rate: number | null;
  readonly inFlight: number;
  /** Seconds before counting begins. */
  readonly warm: number;
  /** Seconds that count. */
  readonly duration: number;
}

export type LoadOrder = LoadSetup | LoadStep;

/** What the load process says: that all are there, that counting begins, that it ends, and what came out. */
export type LoadNews =
  | { readonly kind: 'connected' }
  | { readonly kind: 'counting' }
  | { readonly kind: 'counted' }
  | { readonly kind: 'result'; readonly result: LoadResult };

export interface LoadResult {
  /** Acknowledgements with `level: synced` per second. */
  readonly acknowledged: number;
  readonly delivered: number;
  /** From sending to the acknowledgement, of messages acknowledged while counting. */
  readonly ack: Spread;
  /** How late the generator itself sent; nothing where it goes by answers. */
  readonly late: Spread;
  /** Messages acknowledged while counting. */
  readonly counted: number;
  /** Of all messages of the step, the warm-up among them. */
  readonly sent: number;
  readonly notAcknowledged: number;
  readonly notDelivered: number;
  readonly outOfOrder: number;
  /** Acknowledgements without `synced`. */
  readonly notSynced: number;
  /** Seconds that were counted. */
  readonly seconds: number;
  /** Part of a core that the generator used while counting. */
  readonly generatorLoad: number;
}
