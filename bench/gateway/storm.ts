import type { RoomcastServer } from '../host/roomcast.ts';
import type { Figure, Section } from '../suite/figures.ts';
import { surroundings } from '../suite/surroundings.ts';
import { runPlan } from './load/run.ts';

const CLIENTS = 1000;
const RATE = 50;
/** As the official client stays away at its first try: a second, half a second more or less. */
const AWAY = [500, 1500] as const;

/** Everybody loses the connection at once, again and again, while somebody goes on talking. */
export async function measureStorms(server: RoomcastServer, storms: number): Promise<Section> {
  const outcome = await runPlan(server, { kind: 'storm', clients: CLIENTS, rate: RATE, storms, away: AWAY });
  const { sent, delivered, missing, doubled, recovered, notRecovered, refusals, replayed, replay } = outcome;
  const none = { relation: '=', limit: 0 } as const;
  const figures: readonly Figure[] = [
    { what: 'delivered', value: (delivered / (sent * CLIENTS)) * 100, unit: '%', goal: { relation: '=', limit: 100 } },
    { what: 'missing', value: missing, unit: '', goal: none },
    { what: 'doubled or out of order', value: doubled, unit: '', goal: none },
    { what: 'returns, recovered', value: recovered, unit: '' },
    { what: 'returns, not recovered', value: notRecovered, unit: '', goal: none },
    { what: 'refused, and tried again', value: refusals, unit: '' },
    { what: 'messages replayed', value: replayed, unit: '' },
    { what: 'replay, p50', value: replay.p50, unit: 'ms' },
    { what: 'replay, p99', value: replay.p99, unit: 'ms', goal: { relation: '≤', limit: 500 } },
    { what: 'replay, most', value: replay.most, unit: 'ms' },
    ...surroundings(outcome),
  ];
  return {
    title: `1,000 Socket.IO clients dropped and returned, ${storms} times, while ${RATE} messages/s flow`,
    about: `One room in memory. All connections break at once; each client comes back after ${AWAY[0] / 1000} to ${AWAY[1] / 1000} s, as the official client does. A replay lasts from the first attempt to connect to the last message that had been missed by then.`,
    figures,
  };
}
