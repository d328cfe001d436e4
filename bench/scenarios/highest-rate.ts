import type { PeerName } from '../peers/peer.ts';
import { figuresOf, type Scenario } from './scenario.ts';

const P99_LIMIT_US = 200_000;
// Held by anything.
const LOW = 10;
// Far above anything that a core can do, so that the search ends by failing.
const CEILING = 1_000_000;

/** Members and publishers of all rooms together. */
export type Crowd = Readonly<Record<'members' | 'rooms' | 'publishers', number>>;

/**
 * A scenario that searches the highest rate.
 * @param start messages per second to begin with in the first round: low enough to hold, near enough to be quick; of
 * every server that takes part
 */
export function highestRate(
  scenario: Omit<Scenario, 'run'>,
  start: Partial<Readonly<Record<PeerName, number>>>,
  crowd: Crowd,
): Scenario {
  return {
    ...scenario,
    async run(trial) {
      const before = trial.previous.highest;
      const perMessage = crowd.members / crowd.rooms;
      const from = before === undefined ? (start[trial.peer] ?? LOW) : Math.round((before / perMessage) * 0.8);
      const effort = trial.quick
        ? { warm: 1, duration: 1, bisections: 1, 'search-budget': 12 }
        : { warm: 2, duration: 2, bisections: 4, 'search-budget': 60 };
      const lines = await trial.load({
        bytes: 128,
        ...crowd,
        ...effort,
        'warm-rate': Math.round(from / 2),
        'p99-limit-us': P99_LIMIT_US,
        search: `${from},${CEILING}`,
      });
      // The last step tries again what the search has found.
      const best = lines.last('step');
      if (best.ok !== 1) throw new Error(`no rate from ${from} messages/s downwards held when tried again`);
      return { highest: best.deliveries_s, ...figuresOf(best) };
    },
  };
}
