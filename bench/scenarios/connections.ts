import { openFilesLimit } from '../host/machine.ts';
import type { Figures } from '../metrics.ts';
import type { PeerName } from '../peers/peer.ts';
import type { Scenario } from './scenario.ts';

const HALF = 5000;
// Files that a server and the generator need besides their connections.
const OTHER_FILES = 200;
const EVERY_FACE: readonly PeerName[] = ['roomcast', 'roomcast-native', 'ws', 'socketio'];

/** Memory of connections that do nothing, ten to a room. */
export const IDLE: Scenario = {
  id: 'idle',
  title: '5,000 and 10,000 idle connections',
  about:
    'Growth of the resident memory per connection, ten members to a room; what is left 20 s after all have gone; and whether a second such crowd leaves more behind than the first.',
  peers: EVERY_FACE,
  async run(trial) {
    const both = openFilesLimit() > 2 * HALF + OTHER_FILES;
    const members = both ? 2 * HALF : HALF;
    const lines = await trial.load({
      ...{ members, rooms: members / 10, marks: both ? `${HALF},${members}` : HALF },
      ...{ hold: trial.quick ? 1 : 5, leave: trial.quick ? 3 : 20, cycles: 2 },
    });
    const [first, second] = lines.all('idle');
    const [left, leftAgain] = lines.all('left');
    const figures: Figures = {};
    if (first !== undefined) figures.rss5k = first.rss_kb_per_connection;
    if (first !== undefined && second !== undefined) {
      figures.rss10k = second.rss_kb_per_connection;
      figures.linearity = (second.rss_kb - first.rss_kb) / (first.rss_kb - first.rss_base_kb);
    }
    if (left !== undefined && leftAgain !== undefined) {
      figures.rssAfter = left.rss_kb / left.rss_base_kb;
      figures.rssAgain = leftAgain.rss_kb / left.rss_kb;
    }
    return figures;
  },
};

/** A crowd at the door. */
export const CONNECT: Scenario = {
  id: 'connect',
  title: '5,000 connecting at once',
  about: 'All begin together; from the first to the last that has joined its room.',
  peers: EVERY_FACE,
  async run(trial) {
    const lines = await trial.load({ members: HALF, rooms: HALF / 10, concurrency: HALF });
    const line = lines.last('connect');
    return { accepts: line.accepts_s, acceptCpu: line.cpu_us_per_accept, refused: line.connections - line.made };
  },
};
