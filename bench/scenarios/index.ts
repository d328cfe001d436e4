import { CONNECT, IDLE } from './connections.ts';
import { FAN_OUT } from './fan-out.ts';
import { MANY_ROOMS } from './many-rooms.ts';
import type { Scenario } from './scenario.ts';
import { STALLED } from './stalled.ts';

/** Every scenario, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [...FAN_OUT, MANY_ROOMS, IDLE, CONNECT, STALLED];
