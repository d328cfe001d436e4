const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
] as const;

/** A span for people, exactly: `7 days`, `36 hours`, `1 second`. @param span milliseconds, above 0 */
export function ageWords(span: number): string {
  const [unit, size] = UNITS.find(([, each]) => span % each === 0) ?? ['millisecond', 1];
  const count = span / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
