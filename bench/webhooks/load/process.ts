import { servePlan } from '../../suite/plan-process.ts';
import { capture } from './capture.ts';
import type { CaptureResult, LoadPlan, ReturnResult } from './plan.ts';
import { comeBack } from './return.ts';

// The load, in a process of its own.
servePlan<LoadPlan, CaptureResult | ReturnResult>((plan, counting) =>
  plan.kind === 'capture' ? capture(plan, counting) : comeBack(plan, counting),
);
