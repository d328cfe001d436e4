import { connectionLimits } from '../config/limits.ts';
import type { Engine } from '../core/engine.ts';
import { Overload } from '../core/overload.ts';
import { Admission } from '../http/admission.ts';
import type { Base } from './base.ts';
import type { Callers } from './callers.ts';

export type Gates = ReturnType<typeof createGates>;

/** What lets connections in, or does not: where they come from, how many there are, how much there is to do. */
export function createGates({ config, log, isDraining }: Base, engine: Engine, { origins, peers }: Callers) {
  const overload = new Overload({
    shedDelay: config.shedDelay,
    onChange: (level, delay) => {
      engine.fanout.hurried = level > 0;
      log.warn({ shedding: level, delay: Math.round(delay) }, level > 0 ? 'load is shed' : 'no more load is shed');
    },
  });
  const limits = connectionLimits(config);
  const admission = new Admission(limits);
  const isOverloaded = (): boolean => overload.level >= 2;
  return { isDraining, isOverloaded, origins, peers, admission, overload, maxConnections: limits.total };
}
