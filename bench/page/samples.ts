import type { Figure } from '../suite/figures.ts';

/** Median and 95th percentile of durations in milliseconds, both against the goal where there is one. */
export function middleAndMost(what: string, samples: readonly number[], limit?: number): readonly Figure[] {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
  const goal = limit === undefined ? {} : { goal: { relation: '≤', limit } as const };
  return [
    { what: `${what}, median`, value: at(0.5), unit: 'ms', ...goal },
    { what: `${what}, p95`, value: at(0.95), unit: 'ms', ...goal },
  ];
}

/** Does it so many times, one after another. */
export async function repeat(times: number, measure: (turn: number) => Promise<number>): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let turn = 0; turn < times; turn++) samples.push(await measure(turn));
  return samples;
}
