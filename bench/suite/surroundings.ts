import type { ServerCost } from '../host/server-cost.ts';
import type { Figure } from './figures.ts';

/** What tells whether to believe the other figures. */
export function surroundings(
  outcome: ServerCost & { readonly seconds: number; readonly generatorLoad: number },
): readonly Figure[] {
  const { mainCpu, cpu, machineBusy, seconds, generatorLoad } = outcome;
  const others = machineBusy / 1e6 / seconds - cpu / 1e6 / seconds - generatorLoad;
  return [
    { what: 'server, main thread, of a core', value: mainCpu / 1e4 / seconds, unit: '%' },
    { what: 'server, all threads, of a core', value: cpu / 1e4 / seconds, unit: '%' },
    { what: 'event-loop delay, p99', value: outcome.loopDelay, unit: 'ms' },
    { what: 'event-loop delay, most', value: outcome.loopDelayMost, unit: 'ms' },
    { what: 'generator, of a core', value: generatorLoad * 100, unit: '%' },
    { what: 'everything else on the machine, of a core', value: Math.max(0, others) * 100, unit: '%' },
  ];
}
