import type { OPTIONS, OptionKey } from './options.ts';

type ValueOf<Row> = Row extends { readonly default: infer Value } ? Value : never;

/** The effective values: one field per row of the options table. Durations in milliseconds, sizes in bytes. Frozen. */
export type Config = { readonly [Key in OptionKey]: ValueOf<(typeof OPTIONS)[Key]> };

/** Where a value came from. */
export type Source = 'flag' | 'environment' | 'file' | 'default';

/** A value's source, and the key as the user wrote it there (`--port`, `ROOMCAST_PORT`, `port in FILE`, `port`). */
export interface Origin {
  readonly source: Source;
  readonly label: string;
}

export type Origins = Readonly<Record<OptionKey, Origin>>;

/** A checked configuration, and what deserves a word although it is no mistake. */
export interface Loaded {
  readonly config: Config;
  readonly origins: Origins;
  readonly warnings: readonly string[];
}

/** Everything that is wrong with what was given, one sentence each, starting with the key as the user wrote it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}
