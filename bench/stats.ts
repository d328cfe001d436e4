/** The middle of several rounds and how far they lie apart. */
export interface Summary {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** @param values at least one */
export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
  return { median, lowest: at(0), highest: at(sorted.length - 1) };
}

/**
 * Round by round, how much of `b` is `a`. Rounds of two servers are neighbours in time, so that a slow minute of the
 * machine meets both: the ratio is steadier than either figure.
 * @returns one quotient per round that both have, without those by zero
 */
export function ratios(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.flatMap((value, round) => {
    const other = b[round];
    return other === undefined || other === 0 ? [] : [value / other];
  });
}
