import { readdirSync, readFileSync } from 'node:fs';
import type { ChatServer } from './server.ts';

/** What a server used in a stretch of time. */
export interface ServerCost {
  /** Microseconds of the main thread. */
  readonly mainCpu: number;
  /** Microseconds of all threads. */
  readonly cpu: number;
  /** Milliseconds that the event loop was late, 99th percentile and most. */
  readonly loopDelay: number;
  readonly loopDelayMost: number;
}

/** Begins to count; the function that it returns ends it. */
export async function measureCost(server: ChatServer): Promise<() => Promise<ServerCost>> {
  // Reading the delay of the event loop starts it anew.
  await readMetrics(server);
  const before = readCpu(server.pid);
  return async () => {
    const after = readCpu(server.pid);
    const metrics = await readMetrics(server);
    const delay = (quantile: string) => 1000 * metric(metrics, `roomcast_event_loop_delay_seconds{quantile="${quantile}"}`);
    return {
      mainCpu: after.main - before.main,
      cpu: after.all - before.all,
      loopDelay: delay('0.99'),
      loopDelayMost: delay('1'),
    };
  };
}

/** Run time in microseconds as the kernel counts it. Threads that have ended meanwhile are missing; ours live long. */
function readCpu(pid: number): { readonly main: number; readonly all: number } {
  const tasks = `/proc/${pid}/task`;
  const times = readdirSync(tasks).map((tid) => {
    const [nanoseconds] = readFileSync(`${tasks}/${tid}/schedstat`, 'utf8').split(' ');
    return { tid: Number(tid), microseconds: Number(nanoseconds) / 1000 };
  });
  const main = times.find(({ tid }) => tid === pid)?.microseconds ?? 0;
  return { main, all: times.reduce((sum, { microseconds }) => sum + microseconds, 0) };
}

async function readMetrics({ port }: ChatServer): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

function metric(text: string, name: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  if (line === undefined) throw new Error(`the server has no metric ${name}`);
  return Number(line.slice(name.length));
}
