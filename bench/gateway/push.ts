import type { RoomcastServer } from '../host/roomcast.ts';
import type { Figure, Section } from '../suite/figures.ts';
import { surroundings } from '../suite/surroundings.ts';
import { runPlan } from './load/run.ts';

const USERS = 5000;
const RATE = 500;

/** @param seconds that count */
export async function measurePushes(server: RoomcastServer, seconds: number): Promise<Section> {
  const warm = Math.min(2, seconds / 2);
  const outcome = await runPlan(server, { kind: 'push', users: USERS, rate: RATE, warm, duration: seconds });
  const { pushed, delivered, doubled, strays, wrongAnswers, receipt, answer, late } = outcome;
  const none = { relation: '=', limit: 0 } as const;
  const figures: readonly Figure[] = [
    { what: 'receipt at the client, p50', value: receipt.p50, unit: 'ms' },
    { what: 'receipt at the client, p99', value: receipt.p99, unit: 'ms', goal: { relation: '≤', limit: 10 } },
    { what: 'receipt at the client, most', value: receipt.most, unit: 'ms' },
    { what: 'answer to the backend, p50', value: answer.p50, unit: 'ms' },
    { what: 'answer to the backend, p99', value: answer.p99, unit: 'ms' },
    { what: 'pushed', value: pushed, unit: '' },
    { what: 'not delivered', value: pushed - delivered, unit: '', goal: none },
    { what: 'doubled', value: doubled, unit: '', goal: none },
    { what: 'received by others', value: strays, unit: '', goal: none },
    { what: 'answers other than "one connection reached"', value: wrongAnswers, unit: '', goal: none },
    { what: 'CPU per push, main thread', value: outcome.mainCpu / receipt.count, unit: 'µs' },
    { what: 'CPU per push, all threads', value: outcome.cpu / receipt.count, unit: 'µs' },
    { what: 'generator late, p99', value: late.p99, unit: 'ms' },
    ...surroundings(outcome),
  ];
  return {
    title: `${RATE} pushes/s, each to one of 5,000 connected users`,
    about:
      'Socket.IO clients, each registered as a user of its own. `POST /api/push` names a user at random; a user’s pushes are stored on disk before they are delivered.',
    figures,
  };
}
