import type { PlanNews } from './carry-out.ts';

/**
 * Makes this process one that is told a plan, carries it out, and tells when counting begins and what came out.
 * @param work called with the plan; `counting` is to be called when all are there
 */
export function servePlan<Plan, Result>(work: (plan: Plan, counting: () => void) => Promise<Result>): void {
  const tell = (news: PlanNews<Result>) => new Promise<void>((resolve) => process.send?.(news, () => resolve()));
  process.once('message', (plan: Plan) => {
    work(plan, () => tell({ kind: 'counting' }))
      .then((result) => tell({ kind: 'result', result }))
      .then(() => process.exit(0), fail);
  });
  process.on('disconnect', () => process.exit(1));
}

function fail(error: Error): never {
  console.error(`the load: ${error.message}`);
  process.exit(1);
}
