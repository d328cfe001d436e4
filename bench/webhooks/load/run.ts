import { fileURLToPath } from 'node:url';
import type { RoomcastServer } from '../../host/roomcast.ts';
import type { ServerCost } from '../../host/server-cost.ts';
import { carryOut } from '../../suite/carry-out.ts';
import type { CapturePlan, CaptureResult, ReturnPlan, ReturnResult } from './plan.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Carries a plan out against a server. @throws Error where a watcher was refused */
export function runPlan(server: RoomcastServer, plan: CapturePlan): Promise<CaptureResult & ServerCost>;
export function runPlan(server: RoomcastServer, plan: ReturnPlan): Promise<ReturnResult & ServerCost>;
export function runPlan(
  server: RoomcastServer,
  plan: CapturePlan | ReturnPlan,
): Promise<(CaptureResult | ReturnResult) & ServerCost> {
  return carryOut(PROCESS, server, plan);
}
