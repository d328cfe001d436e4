import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Source } from './config.ts';
import { flagOf, OPTION_KEYS, OPTIONS, type OptionKey, variableOf } from './options.ts';
import { describe, isObject, type Reading } from './reading.ts';
import { didYouMean } from './suggest.ts';

/** One value as given, not yet judged. */
export interface Given {
  readonly key: OptionKey;
  readonly source: Source;
  readonly label: string;
  read(): Reading<unknown>;
}

/** What one source gave, and what was wrong with it apart from the values. */
export interface Gathered {
  readonly given: readonly Given[];
  readonly mistakes: readonly string[];
}

export interface GatheredFlags extends Gathered {
  /** Path of `--config`. */
  readonly file: string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const FILE_FLAG = '--config';
export const FILE_VARIABLE = 'ROOMCAST_CONFIG';

const KEY_OF_FLAG = new Map(OPTION_KEYS.map((key) => [flagOf(key), key]));
const SWITCHES = new Set([...KEY_OF_FLAG].filter(([, key]) => isSwitch(key)).map(([flag]) => flag));
const FLAGS = [...KEY_OF_FLAG.keys(), FILE_FLAG, ...[...SWITCHES].map((flag) => flag.replace('--', '--no-'))];
/** For node:util: names without the dashes. */
const PARSED = Object.fromEntries(
  [...KEY_OF_FLAG.keys(), FILE_FLAG].map((flag) => [
    flag.slice(2),
    { type: SWITCHES.has(flag) ? ('boolean' as const) : ('string' as const) },
  ]),
);

/** Reads the command line. Everything in it must be a known flag; commands have been taken off before. */
export function gatherFlags(argv: readonly string[]): GatheredFlags {
  const { tokens } = parseArgs({
    args: [...argv],
    options: PARSED,
    strict: false,
    allowNegative: true,
    allowPositionals: true,
    tokens: true,
  });
  const texts = new Map<OptionKey, string[]>();
  const mistakes: string[] = [];
  let file: string | null = null;
  let unknownAt = Number.NaN;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      // Behind an unknown flag this is its value, and one mistake is enough.
      if (token.index !== unknownAt + 1) mistakes.push(`${token.value} is not a command; see roomcast --help`);
      continue;
    }
    const negated = token.rawName.startsWith('--no-') && SWITCHES.has(token.rawName.replace('--no-', '--'));
    const flag = negated ? token.rawName.replace('--no-', '--') : token.rawName;
    const key = KEY_OF_FLAG.get(flag);
    if (key === undefined && flag !== FILE_FLAG) {
      mistakes.push(`${token.rawName} is not an option${didYouMean(flag, FLAGS)}`);
      if (token.value === undefined) unknownAt = token.index;
      continue;
    }
    const text = SWITCHES.has(flag) ? (token.value ?? String(!negated)) : token.value;
    if (text === undefined || (!token.inlineValue && text.startsWith('--'))) {
      mistakes.push(`${flag} needs a value: ${flag} <${key === undefined ? 'file' : OPTIONS[key].type.placeholder}>`);
    } else if (key === undefined) file = text;
    else texts.set(key, OPTIONS[key].type.repeatable ? [...(texts.get(key) ?? []), text] : [text]);
  }
  const given = [...texts].map(([key, values]) => fromText(key, 'flag', flagOf(key), values.join(',')));
  return { given, mistakes, file };
}

/** Reads the environment. A variable that is empty counts as not set, as compose files write it. */
export function gatherEnvironment(environment: Environment): Gathered {
  const given = OPTION_KEYS.flatMap((key) => {
    const variable = variableOf(key);
    const text = environment[variable]?.trim() ?? '';
    return text === '' ? [] : [fromText(key, 'environment', variable, text)];
  });
  return { given, mistakes: [] };
}

/** Variables that look like misspelt options. Others called ROOMCAST_… are left alone: orchestrators add their own. */
export function doubtfulVariables(environment: Environment): readonly string[] {
  const known = [...OPTION_KEYS.map(variableOf), FILE_VARIABLE];
  return Object.keys(environment)
    .filter((name) => name.startsWith('ROOMCAST_') && !known.includes(name))
    .map((name) => ({ name, hint: didYouMean(name, known) }))
    .filter(({ hint }) => hint !== '')
    .map(({ name, hint }) => `${name} is not an option and has no effect${hint}`);
}

/** Reads a configuration file: one JSON object from key to value. `label` is how the user named the file's option. */
export function gatherFile(path: string, label: string): Gathered {
  const content = readJson(path);
  if ('fault' in content) return { given: [], mistakes: [`${label} names ${path}, which ${content.fault}`] };
  const root = content.json;
  if (!isObject(root)) return { given: [], mistakes: [`${path} is ${describe(root)}; it must be a JSON object`] };
  const known: readonly string[] = OPTION_KEYS;
  const mistakes = Object.keys(root)
    .filter((key) => !known.includes(key))
    .map((key) => `${key} in ${path} is not an option${didYouMean(key, known)}`);
  const given = OPTION_KEYS.filter((key) => Object.hasOwn(root, key)).map(
    (key): Given => ({
      key,
      source: 'file',
      label: `${key} in ${path}`,
      read: () => OPTIONS[key].type.fromJson(root[key]),
    }),
  );
  return { given, mistakes };
}

function fromText(key: OptionKey, source: Source, label: string, text: string): Given {
  return { key, source, label, read: () => OPTIONS[key].type.fromText(text) };
}

function isSwitch(key: OptionKey): boolean {
  return OPTIONS[key].type.placeholder === null;
}

function readJson(path: string): { readonly json: unknown } | { readonly fault: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { fault: `cannot be read (${error instanceof Error ? error.message.split(',')[0] : error})` };
  }
  try {
    return { json: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    // The engine's own words name the place; what they quote of the file may be a secret, so the text is not repeated.
    const place = /line \d+ column \d+/.exec(String(error))?.[0];
    return { fault: `is not JSON${place === undefined ? '' : `: something is wrong at ${place}`}` };
  }
}
