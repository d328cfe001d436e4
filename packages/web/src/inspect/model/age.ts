/** Ages that are offered, in milliseconds, by their names. */
const AGES = [
  [3_600_000, '1 hour'],
  [86_400_000, '1 day'],
  [7 * 86_400_000, '7 days'],
  [30 * 86_400_000, '30 days'],
  [90 * 86_400_000, '90 days'],
  [0, 'For ever'],
] as const;

/**
 * The ages that can be chosen, the present one and the longest among them, in their order.
 * @param longest 0 = any
 */
export function agesWith(present: number, longest: number): readonly (readonly [number, string])[] {
  const fitting = AGES.filter(([age]) => longest === 0 || (age > 0 && age <= longest));
  const own = [...new Set([present, longest])].filter((age) => !fitting.some(([each]) => each === age));
  return [...fitting, ...own.map((age) => [age, ageWords(age)] as const)].sort(
    ([one], [other]) => order(one) - order(other),
  );
}

/** For ever is longest. */
function order(age: number): number {
  return age === 0 ? Number.POSITIVE_INFINITY : age;
}

function ageWords(age: number): string {
  if (age === 0) return 'For ever';
  const hours = Math.round(age / 3_600_000);
  if (hours < 1) return counted(Math.round(age / 1000), 'second');
  return hours < 48 ? counted(hours, 'hour') : counted(Math.round(hours / 24), 'day');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
