import type { Figures, MetricName } from './metrics.ts';
import type { PeerName } from './peers/peer.ts';
import { ratios, type Summary, summarise } from './stats.ts';

/** Everything measured in a run: the figures by scenario, server and round. */
export class Results {
  readonly #rounds = new Map<string, Figures[]>();
  readonly #faults: string[] = [];

  add(scenario: string, peer: PeerName, figures: Figures): void {
    const rounds = this.#rounds.get(key(scenario, peer)) ?? [];
    this.#rounds.set(key(scenario, peer), rounds);
    rounds.push(figures);
  }

  /** Remembers a round that could not be measured. It counts as a round without figures, to keep the pairs together. */
  addFault(scenario: string, peer: PeerName, fault: string): void {
    this.add(scenario, peer, {});
    this.#faults.push(`${scenario}, ${peer}: ${fault}`);
  }

  get faults(): readonly string[] {
    return this.#faults;
  }

  /** The latest round; empty before the first. */
  latest(scenario: string, peer: PeerName): Figures {
    return this.#rounds.get(key(scenario, peer))?.at(-1) ?? {};
  }

  /** Whether this server took part. */
  has(scenario: string, peer: PeerName): boolean {
    return this.#rounds.has(key(scenario, peer));
  }

  /** The metrics that this server has in this scenario, in the order in which the scenario names them. */
  metrics(scenario: string, peer: PeerName): readonly MetricName[] {
    const names = (this.#rounds.get(key(scenario, peer)) ?? []).flatMap((figures) => Object.keys(figures));
    return [...new Set(names)] as MetricName[];
  }

  /** Median and spread over the rounds, or null where nothing was measured. */
  summary(scenario: string, peer: PeerName, metric: MetricName): Summary | null {
    const values = this.#values(scenario, peer, metric).filter((value) => !Number.isNaN(value));
    return values.length === 0 ? null : summarise(values);
  }

  /** Median and spread of the quotient of neighbouring rounds, or null where one of the two was not measured. */
  ratio(scenario: string, metric: MetricName, peer: PeerName, other: PeerName): Summary | null {
    const quotients = ratios(this.#values(scenario, peer, metric), this.#values(scenario, other, metric));
    const valid = quotients.filter((value) => !Number.isNaN(value));
    return valid.length === 0 ? null : summarise(valid);
  }

  /** One value per round, NaN where a round has none. */
  #values(scenario: string, peer: PeerName, metric: MetricName): readonly number[] {
    return (this.#rounds.get(key(scenario, peer)) ?? []).map((figures) => figures[metric] ?? Number.NaN);
  }
}

function key(scenario: string, peer: PeerName): string {
  return `${scenario}/${peer}`;
}
