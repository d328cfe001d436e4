import type { RoomcastServer } from '../host/roomcast.ts';
import type { Figure, Section } from '../suite/figures.ts';
import { surroundings } from '../suite/surroundings.ts';
import { answers, faults } from './figures.ts';
import { runPlan } from './load/run.ts';
import { createWebhook } from './webhook.ts';

const RATE = 100;
/** More than can be missed. */
const KEPT = 5000;

/** @param away seconds */
export async function measureReturn(server: RoomcastServer, rounds: number, away: number): Promise<Section> {
  const webhookId = await createWebhook(server, KEPT);
  const outcome = await runPlan(server, { kind: 'return', webhookId, rate: RATE, connections: 16, rounds, away });
  const seen = outcome.watchers.flatMap((watcher): readonly Figure[] => [
    { what: `most missed at a return, ${watcher.kind}`, value: watcher.missed, unit: '' },
    { what: `replay, p50, ${watcher.kind}`, value: watcher.replay.p50, unit: 'ms' },
    { what: `replay, most, ${watcher.kind}`, value: watcher.replay.most, unit: 'ms' },
    ...faults(watcher.kind, watcher),
  ]);
  return {
    title: `Watchers gone for ${away} s under ${RATE} requests/s`,
    about: `All three lose their connections at once, ${rounds} times, and come back one after the other: over the native protocol with the position, over Socket.IO by its connection state recovery, over SSE with \`Last-Event-ID\`. A replay lasts from the attempt to connect to the last request that had been missed by then.`,
    figures: [...seen, ...answers(outcome), ...surroundings(outcome)],
  };
}
