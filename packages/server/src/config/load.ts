import { resolve } from 'node:path';
import { crossCheck, crossWarnings } from './check.ts';
import { type Config, ConfigError, type Loaded, type Origin, type Origins } from './config.ts';
import {
  doubtfulVariables,
  type Environment,
  FILE_FLAG,
  FILE_VARIABLE,
  type Gathered,
  type GatheredFlags,
  type Given,
  gatherEnvironment,
  gatherFile,
  gatherFlags,
} from './given.ts';
import { OPTION_KEYS, OPTIONS, type OptionKey } from './options.ts';

/** Where configuration comes from. `cwd`: what relative paths are relative to. */
export interface Sources {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
}

/**
 * Reads, checks and freezes the configuration: flags before environment before file before default.
 * A value that is overruled is still checked.
 * @throws {ConfigError} with every mistake of every source.
 */
export function loadConfig({ argv, env, cwd }: Sources): Loaded {
  const flags = gatherFlags(argv);
  const gathered = [flags, gatherEnvironment(env), fileOf(flags, env, cwd)];
  const mistakes = gathered.flatMap((source) => source.mistakes);
  const faulty = new Set<OptionKey>();
  const values: Record<string, unknown> = {};
  const origins: Partial<Record<OptionKey, Origin>> = {};

  // Strongest source first: what is settled stays.
  for (const given of gathered.flatMap((source) => source.given)) {
    const reading = given.read();
    if ('faults' in reading) {
      faulty.add(given.key);
      mistakes.push(...reading.faults.map((fault) => sentence(given, fault)));
    } else if (origins[given.key] === undefined) {
      values[given.key] = reading.value;
      origins[given.key] = { source: given.source, label: given.label };
    }
  }
  const config = complete(values, cwd);
  const allOrigins = completeOrigins(origins);
  mistakes.push(...crossCheck(config, allOrigins, faulty));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const warnings = [...doubtfulVariables(env), ...crossWarnings(config, allOrigins)];
  return { config, origins: allOrigins, warnings };
}

function fileOf(flags: GatheredFlags, env: Environment, cwd: string): Gathered {
  if (flags.file !== null) return gatherFile(resolve(cwd, flags.file), FILE_FLAG);
  const path = env[FILE_VARIABLE]?.trim() ?? '';
  return path === '' ? { given: [], mistakes: [] } : gatherFile(resolve(cwd, path), FILE_VARIABLE);
}

/** "--port" + "is the text …", but "namespaces" + ".orders.join is …". */
function sentence(given: Given, fault: string): string {
  const path = /^\.\S+/.exec(fault)?.[0] ?? '';
  const rest = fault.slice(path.length).trimStart();
  const label = given.source === 'file' ? given.label.replace(given.key, given.key + path) : given.label + path;
  return `${label} ${rest}${hint(given, rest)}`;
}

/** Kubernetes puts ROOMCAST_PORT=tcp://… into every pod beside a service that is called "roomcast". */
function hint(given: Given, fault: string): string {
  const foreign = given.source === 'environment' && given.key === 'port' && fault.includes('tcp://');
  return foreign ? ' (Kubernetes sets it for a service of this name: set enableServiceLinks: false)' : '';
}

function complete(values: Readonly<Record<string, unknown>>, cwd: string): Config {
  const defaults = Object.fromEntries(OPTION_KEYS.map((key) => [key, OPTIONS[key].default]));
  // The table's own types read every value, so the record has the table's shape.
  const config = { ...defaults, ...values } as unknown as Config;
  const absolute = (path: string) => (path === '' ? '' : resolve(cwd, path));
  const { dataDir, tlsCert, tlsKey, jwtPublicKey } = config;
  return freeze({
    ...config,
    dataDir: absolute(dataDir),
    tlsCert: absolute(tlsCert),
    tlsKey: absolute(tlsKey),
    jwtPublicKey: isPem(jwtPublicKey) ? withLineEnds(jwtPublicKey) : absolute(jwtPublicKey),
  });
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN');
}

/** Environment files and the panels of hosters write a PEM on one line, with `\\n` for its line ends. */
function withLineEnds(pem: string): string {
  return pem.replaceAll(String.raw`\r`, '').replaceAll(String.raw`\n`, '\n');
}

function completeOrigins(origins: Partial<Record<OptionKey, Origin>>): Origins {
  const all = OPTION_KEYS.map((key): [OptionKey, Origin] => [key, origins[key] ?? { source: 'default', label: key }]);
  return Object.fromEntries(all) as Record<OptionKey, Origin>;
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
