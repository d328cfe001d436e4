import { formatFigure, formatNumber, METRICS, type MetricName } from '../metrics.ts';
import { PEERS } from '../peers/index.ts';
import type { Peer } from '../peers/peer.ts';
import type { Results } from '../results.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Summary } from '../stats.ts';
import { GOALS, reached } from './goals.ts';

/** A table: the head first, then the rows, all of the same length. */
export type Table = readonly (readonly string[])[];

/** The servers of one scenario beside each other: a row per metric, median and spread. */
export function figuresTable(scenario: Scenario, results: Results): Table {
  const peers = PEERS.filter((peer) => results.has(scenario.id, peer.name));
  const metrics = [...new Set(peers.flatMap((peer) => results.metrics(scenario.id, peer.name)))];
  return [
    ['', ...peers.map((peer) => peer.title)],
    ...metrics.map((metric) => [
      METRICS[metric].title,
      ...peers.map((peer) => showFigure(metric, results.summary(scenario.id, peer.name, metric))),
    ]),
  ];
}

/** Roomcast divided by each other server, round by round. Only the head where there is nothing to compare. */
export function ratiosTable(scenario: Scenario, results: Results): Table {
  const others = PEERS.filter((peer) => isOther(peer) && results.has(scenario.id, peer.name));
  const metrics = results.metrics(scenario.id, 'roomcast').filter((metric) => METRICS[metric].compare);
  if (others.length === 0) return [['Roomcast ÷']];
  return [
    ['Roomcast ÷', ...others.map((peer) => peer.title)],
    ...metrics.map((metric) => [
      METRICS[metric].title,
      ...others.map((peer) => showRatio(results.ratio(scenario.id, metric, 'roomcast', peer.name))),
    ]),
  ];
}

/** Each goal that was measured, with the outcome; with `all`, the others, too. */
export function goalsTable(results: Results, all: boolean): Table {
  const goals = GOALS.filter((goal) => all || reached(goal, results) !== null);
  const rows = goals.map((goal) => {
    const outcome = reached(goal, results);
    const show = (value: number) =>
      goal.against === undefined ? formatFigure(goal.metric, value) : `${formatNumber(value)}×`;
    const aim = goal.aim === undefined ? '' : `, aim ${show(goal.aim)}`;
    return [
      goal.what,
      `${goal.relation} ${show(goal.limit)}${aim}`,
      outcome === null ? 'not measured' : show(outcome.value),
      outcome === null ? '' : outcome.met ? 'met' : 'MISSED',
    ];
  });
  return [['Goal', 'Limit', 'Measured', ''], ...rows];
}

function isOther(peer: Peer): boolean {
  return !peer.name.startsWith('roomcast');
}

function showFigure(metric: MetricName, summary: Summary | null): string {
  if (summary === null) return '–';
  return `${formatFigure(metric, summary.median)}${showSpread(summary)}`;
}

function showRatio(summary: Summary | null): string {
  return summary === null ? '–' : `${formatNumber(summary.median)}${showSpread(summary)}`;
}

function showSpread({ lowest, highest }: Summary): string {
  return lowest === highest ? '' : ` (${formatNumber(lowest)}–${formatNumber(highest)})`;
}
