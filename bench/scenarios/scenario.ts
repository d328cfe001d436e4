import type { LoadLines, StepLine } from '../load/lines.ts';
import type { LoadOptions } from '../load/load.ts';
import type { Figures } from '../metrics.ts';
import type { PeerName } from '../peers/peer.ts';

/** One round of a scenario against one server. */
export interface Trial {
  readonly peer: PeerName;
  /** Short steps: the run is to prove that it works, not to measure. */
  readonly quick: boolean;
  /** What this scenario gave for this server in the round before, to begin a search near it; empty in the first. */
  readonly previous: Figures;
  /**
   * Starts a fresh server, runs the load generator once against it and stops it.
   * @param extras what this server gets or is asked besides
   */
  load(options: LoadOptions, extras?: ServerExtras): Promise<LoadLines>;
}

export interface ServerExtras {
  /** More arguments, behind those of the peer. */
  readonly options?: readonly string[];
  /** Called with the server's port when the generator is done, before the server is stopped. */
  readonly inspect?: (port: number) => Promise<void>;
}

/** Something to measure. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What is done, for the reader of the report. */
  readonly about: string;
  /** Servers that take part. */
  readonly peers: readonly PeerName[];
  run(trial: Trial): Promise<Figures>;
}

/** Every server with rooms over a plain connection. */
export const ALL: readonly PeerName[] = ['roomcast', 'ws', 'socketio'];

/** The figures of one step. */
export function figuresOf(step: StepLine): Figures {
  return {
    deliveries: step.deliveries_s,
    cpu: step.cpu_us_per_delivery,
    p50: step.p50_us / 1000,
    p99: step.p99_us / 1000,
    p999: step.p999_us / 1000,
    lost: step.lost,
    outOfOrder: step.out_of_order,
    serverLoad: step.server_load * 100,
    othersLoad: Math.max(0, step.core_busy + step.core_steal - step.server_load) * 100,
    generatorLoad: step.generator_load * 100,
  };
}

/** A scenario of one given rate: `rate` messages per second of all publishers together. */
export function atRate(scenario: Omit<Scenario, 'run'>, rate: number, options: LoadOptions): Scenario {
  return {
    ...scenario,
    async run(trial) {
      const time = trial.quick ? { warm: 1, duration: 2 } : { warm: 2, duration: 5 };
      const lines = await trial.load({ bytes: 128, ...options, ...time, 'warm-rate': rate, rates: rate });
      return figuresOf(lines.last('step'));
    },
  };
}
