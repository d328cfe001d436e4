/**
 * What came of reading one given value: the value, or what is wrong with it. A fault is the end of a sentence that
 * begins with the key as the user wrote it: "is the text "abc"; it must be a whole number".
 */
export type Reading<T> = { readonly value: T } | { readonly faults: readonly string[] };

/** One kind of option: how text (flags, environment) and JSON (configuration file) become a value. */
export interface OptionType<T> {
  /** The right form in words, as the end of "it must be …". */
  readonly form: string;
  /** What stands for the value in the help: `--port <number>`. Null for switches, which take none. */
  readonly placeholder: string | null;
  /** Whether repeating the flag adds to the value instead of replacing it. */
  readonly repeatable: boolean;
  fromText(text: string): Reading<T>;
  fromJson(value: unknown): Reading<T>;
  /** The value as a user would write it on the command line. */
  show(value: T): string;
}

const LONGEST_QUOTE = 60;

/** The kind of a value in words, with the value itself where it is short: `the text "abc"`, `a list`, `the number 3.5`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty' : `the text ${quote(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** Text in quotes, control characters escaped, cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}

/** The fault of a value that has the wrong form. */
export function wrong(value: unknown, form: string): { readonly faults: readonly string[] } {
  return { faults: [`is ${describe(value)}; it must be ${form}`] };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
