import { servePlan } from '../../suite/plan-process.ts';
import type { LoadPlan, LoadResult } from './plan.ts';
import { push } from './push.ts';
import { storm } from './storm.ts';

// The load, in a process of its own.
servePlan<LoadPlan, LoadResult>((plan, counting) =>
  plan.kind === 'storm' ? storm(plan, counting) : push(plan, counting),
);
