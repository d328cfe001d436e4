const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A span for people, in its two largest units: `3 h 12 min`, `48 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first < 0) return '0 s';
  return UNITS.slice(first, first + 2)
    .map(([unit, size], index) => ({ unit, count: Math.floor((index === 0 ? whole : whole % parent(first)) / size) }))
    .filter(({ count }, index) => index === 0 || count > 0)
    .map(({ unit, count }) => `${count} ${unit}`)
    .join(' ');
}

function parent(index: number): number {
  return UNITS[index]?.[1] ?? 1;
}
