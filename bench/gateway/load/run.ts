import { fileURLToPath } from 'node:url';
import type { RoomcastServer } from '../../host/roomcast.ts';
import type { ServerCost } from '../../host/server-cost.ts';
import { carryOut } from '../../suite/carry-out.ts';
import type { PushPlan, PushResult, StormPlan, StormResult } from './plan.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Carries a plan out against a server. @throws Error where a client was refused or lost */
export function runPlan(server: RoomcastServer, plan: StormPlan): Promise<StormResult & ServerCost>;
export function runPlan(server: RoomcastServer, plan: PushPlan): Promise<PushResult & ServerCost>;
export function runPlan(
  server: RoomcastServer,
  plan: StormPlan | PushPlan,
): Promise<(StormResult | PushResult) & ServerCost> {
  return carryOut(PROCESS, server, plan);
}
