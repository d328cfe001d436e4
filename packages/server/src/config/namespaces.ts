import { isNamespace } from '@roomcast/protocol';
import { isObject, type OptionType, quote, type Reading, wrong } from './reading.ts';
import { choice, duration, integer, switchType } from './scalars.ts';

/** How much of a room's past is kept in memory: at most `size` publications, none older than `age` milliseconds. */
export interface HistoryOptions {
  readonly size: number;
  readonly age: number;
  /** Whether it is kept on disk, so that it survives the process. */
  readonly durable: boolean;
}

/** The policy of one namespace, as an operator writes it. */
export interface NamespaceOptions {
  readonly join: 'anyone' | 'nobody';
  readonly publish: 'members' | 'server';
  readonly history: HistoryOptions | false;
  readonly presence: boolean;
  /** Whether its rooms appear in listings. */
  readonly listed: boolean;
}

export type Namespaces = Readonly<Record<string, NamespaceOptions>>;

/** What a field that is left out means. */
const DEFAULTS: NamespaceOptions = {
  join: 'anyone',
  publish: 'members',
  history: false,
  presence: false,
  listed: true,
};
const DEFAULT_HISTORY: HistoryOptions = { size: 100, age: 300_000, durable: false };

/** Their policies are part of what the product promises (who may read a user's own line, say), so they are fixed. */
const BUILT_IN = new Set(['bridge', 'chat', 'user', 'all', 'webhook', 'admin']);

const FORM =
  'an object from namespace to policy, such as {"orders": {"publish": "server", "history": {"size": 100, "age": "5m"}}}';

const FIELDS = {
  join: choice(['anyone', 'nobody']),
  publish: choice(['members', 'server']),
  history: historyType(),
  presence: switchType,
  listed: switchType,
};
const HISTORY_FIELDS = { size: integer({ min: 1, max: 100_000 }), age: duration(1), durable: switchType };

export const namespacesType: OptionType<Namespaces> = {
  form: `${FORM} as JSON`,
  placeholder: 'json',
  repeatable: false,
  fromText(text) {
    try {
      return read(JSON.parse(text));
    } catch {
      return wrong(text, `${FORM} as JSON`);
    }
  },
  fromJson: read,
  show: (namespaces) => JSON.stringify(namespaces),
};

function read(given: unknown): Reading<Namespaces> {
  if (!isObject(given)) return wrong(given, FORM);
  const faults: string[] = [];
  const policies: [string, NamespaceOptions][] = [];
  for (const [name, value] of Object.entries(given)) {
    const nameFault = faultOfName(name);
    if (nameFault !== null) faults.push(`has the namespace ${quote(name)}, ${nameFault}`);
    const policy = fields(value, FIELDS, DEFAULTS);
    if ('value' in policy) policies.push([name, policy.value]);
    else faults.push(...policy.faults.map((fault) => `.${name}${fault}`));
  }
  return faults.length > 0 ? { faults } : { value: Object.fromEntries(policies) };
}

function faultOfName(name: string): string | null {
  if (!isNamespace(name)) return 'which must be 1–32 of a–z, 0–9 and "-", starting with a letter';
  return BUILT_IN.has(name) ? 'which is built in and cannot be changed' : null;
}

function historyType(): Pick<OptionType<HistoryOptions | false>, 'fromJson'> {
  return {
    fromJson(value) {
      if (value === false) return { value };
      return isObject(value)
        ? fields(value, HISTORY_FIELDS, DEFAULT_HISTORY)
        : wrong(value, 'false or an object such as {"size": 100, "age": "5m"}');
    },
  };
}

/**
 * Reads an object field by field; what is left out has its default. Faults begin with the path below the object:
 * ".join is …", or " is a list; …" for the object itself.
 */
function fields<T extends object>(
  given: unknown,
  types: { readonly [K in keyof T]: Pick<OptionType<T[K]>, 'fromJson'> },
  defaults: T,
): Reading<T> {
  const names = Object.keys(defaults) as (keyof T & string)[];
  if (!isObject(given)) return { faults: wrong(given, `an object with ${names.join(', ')}`).faults.map(own) };
  const value = { ...defaults };
  const faults = Object.keys(given)
    .filter((key) => !Object.hasOwn(defaults, key))
    .map((key) => ` has the unknown field ${quote(key)}; there are ${names.join(', ')}`);
  for (const name of names) {
    if (!Object.hasOwn(given, name)) continue;
    const reading = types[name].fromJson(given[name]);
    if ('value' in reading) value[name] = reading.value;
    else faults.push(...reading.faults.map((fault) => `.${name}${own(fault)}`));
  }
  return faults.length > 0 ? { faults } : { value };
}

/** A fault that is about the value itself stands apart by a space; one about something inside begins with its path. */
function own(fault: string): string {
  return fault.startsWith('.') || fault.startsWith(' ') ? fault : ` ${fault}`;
}
