import { spawn } from 'node:child_process';
import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChatServer } from '../../chat/server.ts';
import { measureCost, type ServerCost } from '../../chat/server-cost.ts';
import { LOAD_CORE, pinned } from '../../host/pin.ts';
import type { LoadNews, LoadResult, PushPlan, PushResult, StormPlan, StormResult } from './plan.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Carries a plan out against a server. @throws Error where a client was refused or lost */
export function runPlan(server: ChatServer, plan: StormPlan): Promise<StormResult & ServerCost>;
export function runPlan(server: ChatServer, plan: PushPlan): Promise<PushResult & ServerCost>;
export async function runPlan(server: ChatServer, plan: StormPlan | PushPlan): Promise<LoadResult & ServerCost> {
  const [command = '', ...args] = pinned(LOAD_CORE, [process.execPath, '--max-semi-space-size=16', PROCESS]);
  const child = spawn(command, args, { stdio: ['ignore', 2, 2, 'ipc'] });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  try {
    const news: AsyncIterator<readonly LoadNews[], undefined> = on(child, 'message', { close: ['exit'] });
    child.send({ ...plan, port: server.port });
    await hear(news, 'counting');
    const measured = await measureCost(server);
    const told = await hear(news, 'result');
    if (told.kind !== 'result') throw new Error('no result');
    return { ...told.result, ...(await measured()) };
  } finally {
    child.kill('SIGKILL');
    process.off('exit', killWithUs);
  }
}

async function hear(news: AsyncIterator<readonly LoadNews[], undefined>, kind: LoadNews['kind']): Promise<LoadNews> {
  const next = await news.next();
  const told = next.done ? undefined : next.value[0];
  if (told?.kind !== kind) throw new Error('the load ended before its time, see above');
  return told;
}
