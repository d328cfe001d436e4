import { type OptionType, type Reading, wrong } from './reading.ts';

interface Unit {
  readonly name: string;
  readonly factor: number;
}

const DURATION_UNITS: readonly Unit[] = [
  { name: 'h', factor: 3_600_000 },
  { name: 'm', factor: 60_000 },
  { name: 's', factor: 1000 },
  { name: 'ms', factor: 1 },
];

const SIZE_UNITS: readonly Unit[] = [
  { name: 'GiB', factor: 1024 ** 3 },
  { name: 'MiB', factor: 1024 ** 2 },
  { name: 'KiB', factor: 1024 },
  { name: 'GB', factor: 1e9 },
  { name: 'MB', factor: 1e6 },
  { name: 'KB', factor: 1000 },
  { name: 'B', factor: 1 },
];

const WHOLE = /^\d+$/;
const AMOUNT = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i;
/** Timers hold at most 2^31 − 1 milliseconds (24 days); longer ones would fire at once. */
const LONGEST_DURATION = 2 ** 31 - 1;

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A whole number within bounds. */
export function integer(bounds: Bounds): OptionType<number> {
  const form = `a whole number from ${bounds.min} to ${bounds.max}`;
  return numeric(form, 'number', bounds, (text) => (WHOLE.test(text) ? Number(text) : null), String);
}

/** A time in milliseconds: `250ms`, `10s`, `5m`, `1h` or a plain number of milliseconds. */
export function duration(min = 0): OptionType<number> {
  const bounds = { min, max: LONGEST_DURATION };
  const least = min > 0 ? ` of at least ${showDuration(min)}` : '';
  const form = `a duration${least} such as 250ms, 10s, 5m or 1h, or a number of milliseconds (at most 24 days)`;
  return numeric(form, 'duration', bounds, (text) => amount(text, DURATION_UNITS), showDuration);
}

/** A number of bytes: `64KiB`, `1MiB`, `10MB` or a plain number of bytes. */
export function size(min: number): OptionType<number> {
  const bounds = { min, max: 2 ** 40 };
  const form = `a size of at least ${showSize(min)} such as 64KiB, 1MiB or 10MB, or a number of bytes`;
  return numeric(form, 'size', bounds, (text) => amount(text, SIZE_UNITS), showSize);
}

export const switchType: OptionType<boolean> = {
  form: 'true or false',
  placeholder: null,
  repeatable: false,
  fromText(text) {
    if (text === 'true' || text === '1') return { value: true };
    if (text === 'false' || text === '0') return { value: false };
    return wrong(text, 'true, false, 1 or 0');
  },
  fromJson(value) {
    return typeof value === 'boolean' ? { value } : wrong(value, 'true or false');
  },
  show: String,
};

/** One word of several. */
export function choice<const T extends string>(words: readonly T[]): OptionType<T> {
  const form = `one of ${words.join(', ')}`;
  return {
    form,
    placeholder: words.join('|'),
    repeatable: false,
    fromText: (text) => oneOf(text, words, form),
    fromJson: (value) => oneOf(value, words, form),
    show: String,
  };
}

/** The word `auto`, or what the inner type reads. */
export function autoOr<T>(inner: OptionType<T>): OptionType<T | 'auto'> {
  const form = `"auto" or ${inner.form}`;
  const otherwise = (reading: Reading<T>, given: unknown) => ('value' in reading ? reading : wrong(given, form));
  return {
    form,
    placeholder: `auto|${inner.placeholder}`,
    repeatable: false,
    fromText: (text) => (text === 'auto' ? { value: 'auto' } : otherwise(inner.fromText(text), text)),
    fromJson: (value) => (value === 'auto' ? { value: 'auto' } : otherwise(inner.fromJson(value), value)),
    show: (value) => (value === 'auto' ? 'auto' : inner.show(value)),
  };
}

export function showDuration(milliseconds: number): string {
  return showAmount(milliseconds, DURATION_UNITS);
}

export function showSize(bytes: number): string {
  return showAmount(bytes, SIZE_UNITS);
}

function numeric(
  form: string,
  placeholder: string,
  { min, max }: Bounds,
  parse: (text: string) => number | null,
  show: (value: number) => string,
): OptionType<number> {
  const within = (value: number | null, given: unknown): Reading<number> =>
    value !== null && Number.isInteger(value) && value >= min && value <= max ? { value } : wrong(given, form);
  return {
    form,
    placeholder,
    repeatable: false,
    fromText: (text) => within(parse(text), text),
    fromJson(value) {
      if (typeof value === 'string') return within(parse(value), value);
      return within(typeof value === 'number' ? value : null, value);
    },
    show,
  };
}

/** Reads "1.5 s" as 1500. Null for an unknown unit, or where nothing can be read. */
function amount(text: string, units: readonly Unit[]): number | null {
  const match = AMOUNT.exec(text);
  if (match === null) return null;
  const [, digits = '', name = ''] = match;
  const unit = name === '' ? 1 : units.find((row) => row.name.toLowerCase() === name.toLowerCase())?.factor;
  if (unit === undefined) return null;
  // 1.1 s is 1100.0000000000002 ms in floating point: round off what the arithmetic added.
  return Number((Number(digits) * unit).toFixed(3));
}

/** The largest unit that divides the number: 60000 is "1m", 1500 is "1500ms". Zero has no unit. */
function showAmount(value: number, units: readonly Unit[]): string {
  const unit = value === 0 ? undefined : units.find((row) => value % row.factor === 0);
  return unit === undefined ? String(value) : `${value / unit.factor}${unit.name}`;
}

function oneOf<T extends string>(given: unknown, words: readonly T[], form: string): Reading<T> {
  const value = words.find((word) => word === given);
  return value === undefined ? wrong(given, form) : { value };
}
