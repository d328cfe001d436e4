import { figuresOf, type Scenario } from './scenario.ts';

const ROOMS = 20;
const BURSTS_PER_SECOND = 25;

/**
 * Each burst is one publication in each of the 20 rooms, sent at once: every (room, connection) has exactly one
 * delivery in the flush that follows, so that CPU per delivery is the cost per (room, connection) of a flush.
 */
export const MANY_ROOMS: Scenario = {
  id: 'many-rooms',
  title: `300 connections in the same ${ROOMS} rooms`,
  about: `Native protocol; ${BURSTS_PER_SECOND} times a second one publication in each room at once. CPU per delivery is the cost of a flush per room and connection.`,
  peers: ['roomcast-native'],
  async run(trial) {
    const rate = ROOMS * BURSTS_PER_SECOND;
    const lines = await trial.load({
      ...{ members: 300, publishers: 1, rooms: ROOMS, joins: ROOMS, burst: ROOMS, bytes: 128 },
      ...{ rates: rate, 'warm-rate': rate, warm: trial.quick ? 1 : 3, duration: trial.quick ? 2 : 5 },
    });
    return figuresOf(lines.last('step'));
  },
};
