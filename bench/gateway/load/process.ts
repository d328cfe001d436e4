import type { LoadNews, LoadPlan } from './plan.ts';
import { push } from './push.ts';
import { storm } from './storm.ts';

// The load, in a process of its own: told a plan, it says when counting begins and what came out.

process.once('message', (plan: LoadPlan) => {
  const counting = () => tell({ kind: 'counting' });
  const work = plan.kind === 'storm' ? storm(plan, counting) : push(plan, counting);
  work.then((result) => tell({ kind: 'result', result })).then(() => process.exit(0), fail);
});
process.on('disconnect', () => process.exit(1));

function tell(news: LoadNews): Promise<void> {
  return new Promise((resolve) => process.send?.(news, () => resolve()));
}

function fail(error: Error): never {
  console.error(`the load: ${error.message}`);
  process.exit(1);
}
