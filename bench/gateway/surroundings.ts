import type { Figure } from '../chat/results.ts';
import type { ServerCost } from '../chat/server-cost.ts';

/** What tells whether to believe the other figures. */
export function surroundings(outcome: ServerCost & { readonly generatorLoad: number }): readonly Figure[] {
  return [
    { what: 'event-loop delay, p99', value: outcome.loopDelay, unit: 'ms' },
    { what: 'event-loop delay, most', value: outcome.loopDelayMost, unit: 'ms' },
    { what: 'generator, of a core', value: outcome.generatorLoad * 100, unit: '%' },
  ];
}
