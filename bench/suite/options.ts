import { parseArgs } from 'node:util';

/** An option of a suite's command line that takes a value. */
export interface Option<Value> {
  /** What stands for the value in the help, as `DIR`. */
  readonly takes: string;
  /** For the help, without a full stop. */
  readonly about: string;
  /**
   * @param text undefined where the option is not there
   * @throws Error with what is wrong, to stand behind the option's name
   */
  read(text: string | undefined, quick: boolean): Value;
}

export type OwnOptions = Readonly<Record<string, Option<unknown>>>;

/** What the command line says. */
export interface Chosen<Part extends string, Own extends OwnOptions> {
  readonly parts: readonly Part[];
  /** Short steps. */
  readonly quick: boolean;
  /** Whether the page is written. */
  readonly write: boolean;
  readonly own: { readonly [Name in keyof Own]: ReturnType<Own[Name]['read']> };
}

/** What the options of a suite are made of. */
export interface OptionsOf<Part extends string, Own extends OwnOptions> {
  readonly parts: readonly Part[];
  /** The suite's own, by name without hyphens. */
  readonly options: Own;
}

/** A folder, or null. */
export function folder(about: string): Option<string | null> {
  return { takes: 'DIR', about, read: (text) => text ?? null };
}

/** A whole number. @param otherwise what it is where the command line says nothing */
export function count(
  about: string,
  { least, most = Number.MAX_SAFE_INTEGER }: { readonly least: number; readonly most?: number },
  otherwise: (quick: boolean) => number,
): Option<number> {
  return {
    takes: 'N',
    about: `${about} (default ${otherwise(false).toLocaleString('en')})`,
    read(text, quick) {
      const number = text === undefined ? otherwise(quick) : Number(text);
      if (Number.isInteger(number) && number >= least && number <= most) return number;
      throw new Error(most === Number.MAX_SAFE_INTEGER ? `must be ${least} or more` : `must be ${least} to ${most}`);
    },
  };
}

/** Reads the command line. Returns the word `help` where that is asked for. @throws Error with a sentence for the person */
export function readOptions<Part extends string, Own extends OwnOptions>(
  { parts, options }: OptionsOf<Part, Own>,
  argv: readonly string[],
): Chosen<Part, Own> | 'help' {
  const texts = Object.fromEntries(Object.keys(options).map((name) => [name, { type: 'string' } as const]));
  const { values } = parseArgs({ args: [...argv], options: { ...texts, ...COMMON } });
  if (values.help) return 'help';
  const quick = values.quick === true;
  const only = typeof values.only === 'string' ? values.only.split(',') : parts;
  const strangers = only.filter((name) => !parts.some((part) => part === name));
  if (strangers.length > 0) throw new Error(`no such part: ${strangers.join(', ')}`);
  const given: Readonly<Record<string, unknown>> = values;
  const own = Object.entries(options).map(([name, option]) => [name, readOne(name, option, given[name], quick)]);
  return {
    parts: parts.filter((part) => only.includes(part)),
    quick,
    write: values.write === true,
    own: Object.fromEntries(own),
  };
}

const COMMON = {
  quick: { type: 'boolean' },
  only: { type: 'string' },
  write: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

function readOne(name: string, option: Option<unknown>, text: unknown, quick: boolean): unknown {
  try {
    return option.read(typeof text === 'string' ? text : undefined, quick);
  } catch (error) {
    throw new Error(`--${name} ${error instanceof Error ? error.message : error}`);
  }
}
