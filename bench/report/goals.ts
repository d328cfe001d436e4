import type { MetricName } from '../metrics.ts';
import type { PeerName } from '../peers/peer.ts';
import type { Results } from '../results.ts';

/** A figure that Roomcast is to reach. With `against`, the ratio to that server is meant. */
export interface Goal {
  readonly what: string;
  readonly scenario: string;
  readonly metric: MetricName;
  readonly peer: PeerName;
  readonly against?: PeerName;
  readonly relation: '≤' | '≥' | '=';
  readonly limit: number;
  /** What we would like beyond the limit. */
  readonly aim?: number;
}

type Row = readonly [scenario: string, metric: MetricName, relation: Goal['relation'], limit: number, aim?: number];

const figure = (what: string, [scenario, metric, relation, limit, aim]: Row, peer: PeerName = 'roomcast'): Goal => ({
  ...{ what, scenario, metric, relation, limit, peer },
  ...(aim === undefined ? {} : { aim }),
});
const against = (other: PeerName, what: string, row: Row): Goal => ({ ...figure(what, row), against: other });

const NATIVE = 'roomcast-native';

export const GOALS: readonly Goal[] = [
  against('socketio', '1 × 1,000, 100/s: CPU per delivery ÷ Socket.IO', ['room-100', 'cpu', '≤', 0.85]),
  against('ws', '1 × 1,000, 100/s: CPU per delivery ÷ ws loop', ['room-100', 'cpu', '≤', 0.85]),
  figure('1 × 1,000, 1,000/s: lost', ['room-1000', 'lost', '=', 0]),
  figure('1 × 1,000, 1,000/s: out of order', ['room-1000', 'outOfOrder', '=', 0]),
  figure('1 × 1,000, 1,000/s: p99', ['room-1000', 'p99', '≤', 30]),
  figure('1 × 1,000, 1,000/s: CPU per delivery', ['room-1000', 'cpu', '≤', 0.5]),
  figure('1 × 1,000: highest deliveries/s', ['room-max', 'highest', '≥', 5e6, 10e6]),
  against('socketio', '1 × 1,000: highest ÷ Socket.IO', ['room-max', 'highest', '≥', 50, 100]),
  figure('100 × 10: highest deliveries/s', ['rooms-max', 'highest', '≥', 1e6, 2e6]),
  figure('100 × 10, 60,000 deliveries/s: p50', ['rooms-60k', 'p50', '≤', 0.3]),
  figure('100 × 10, 60,000 deliveries/s: p99', ['rooms-60k', 'p99', '≤', 5]),
  figure('300 connections in 20 rooms: CPU per room and connection', ['many-rooms', 'cpu', '≤', 1.5], NATIVE),
  figure('Idle connection, bridge: RSS', ['idle', 'rss5k', '≤', 10, 7]),
  figure('Idle connection, native with session: RSS', ['idle', 'rss5k', '≤', 10, 7], NATIVE),
  figure('10,000 idle: second half ÷ first half', ['idle', 'linearity', '≤', 1.1]),
  figure('10,000 idle: RSS after they left ÷ before', ['idle', 'rssAfter', '≤', 1.1]),
  figure('10,000 idle, twice: RSS after the second left ÷ after the first', ['idle', 'rssAgain', '≤', 1.1]),
  figure('Connections accepted per second, bridge', ['connect', 'accepts', '≥', 4000, 8000]),
  figure('Connections accepted per second, native', ['connect', 'accepts', '≥', 4000, 8000], NATIVE),
  figure('Bridge round trip, 100/s to 100 members: p99', ['bridge', 'p99', '≤', 5]),
  figure('One member stalled: p99 of the others ÷ without it', ['stalled', 'p99Change', '≤', 1.2]),
  figure('One member stalled: peak RSS beside − without', ['stalled', 'memoryGrowth', '≤', 10]),
  figure('One member stalled: closed as a slow consumer', ['stalled', 'slowClosed', '=', 1]),
];

/** The median that a goal is about, or null where it was not measured. */
export function reached(goal: Goal, results: Results): { readonly value: number; readonly met: boolean } | null {
  const { scenario, metric, peer } = goal;
  const summary =
    goal.against === undefined
      ? results.summary(scenario, peer, metric)
      : results.ratio(scenario, metric, peer, goal.against);
  if (summary === null) return null;
  const value = summary.median;
  if (goal.relation === '=') return { value, met: value === goal.limit };
  return { value, met: goal.relation === '≤' ? value <= goal.limit : value >= goal.limit };
}
