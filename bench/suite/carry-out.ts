import type { RoomcastServer } from '../host/roomcast.ts';
import { measureCost, type ServerCost } from '../host/server-cost.ts';
import { LoadProcess } from './load-process.ts';

/** What a load process tells that carries out one plan: that counting begins, and what came out. */
export type PlanNews<Result> = { readonly kind: 'counting' } | { readonly kind: 'result'; readonly result: Result };

/**
 * Has a plan carried out against a server by a process of its own, see plan-process.ts.
 * @param file the program
 * @throws Error where that process failed
 */
export async function carryOut<Result>(
  file: string,
  server: RoomcastServer,
  plan: object,
): Promise<Result & ServerCost> {
  const load = new LoadProcess<object, PlanNews<Result>>(file);
  try {
    load.order({ ...plan, port: server.port });
    await load.hear('counting');
    const measured = await measureCost(server);
    const { result } = await load.hear('result');
    return { ...result, ...(await measured()) };
  } finally {
    load.end();
  }
}
