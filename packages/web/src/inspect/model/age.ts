/** Ages that are offered, in milliseconds, by their names. */
const AGES = [
  [3_600_000, '1 hour'],
  [86_400_000, '1 day'],
  [7 * 86_400_000, '7 days'],
  [30 * 86_400_000, '30 days'],
  [90 * 86_400_000, '90 days'],
  [0, 'For ever'],
] as const;

/** The offered ages, and the present one among them. */
export function agesWith(present: number): readonly (readonly [number, string])[] {
  if (AGES.some(([age]) => age === present)) return AGES;
  return [[present, ageWords(present)], ...AGES];
}

function ageWords(age: number): string {
  const hours = Math.round(age / 3_600_000);
  if (hours < 1) return `${Math.round(age / 1000)} seconds`;
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
