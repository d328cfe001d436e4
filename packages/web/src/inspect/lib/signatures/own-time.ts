/** What the time of signing means where nobody prescribes its form. */
export interface OwnTime {
  /** Seconds since 1970. */
  readonly seconds: number;
  /** What it was taken for, as part of a sentence. */
  readonly unit: string;
}

// As in RFC 3339: other forms mean another time in each browser, or none.
const ISO = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)$/;
/** Most digits of a time since 1970 in each unit, for the next thousand years and more. */
const UNITS = [
  [11, 1, 'seconds'],
  [14, 1e3, 'milliseconds'],
  [17, 1e6, 'microseconds'],
  [20, 1e9, 'nanoseconds'],
] as const;

/** Reads a time of signing in whatever form a sender of one's own writes it; null where it is none that is known. */
export function ownTimeOf(text: string): OwnTime | null {
  if (/^\d+(?:\.\d{1,9})?$/.test(text)) {
    const digits = text.split('.')[0]?.length ?? 0;
    const unit = UNITS.find(([most]) => digits <= most);
    return unit ? { seconds: Number(text) / unit[1], unit: `${unit[2]} since 1970` } : null;
  }
  const at = ISO.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : { seconds: at / 1000, unit: 'ISO 8601' };
}
