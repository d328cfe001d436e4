import { createHash, randomBytes } from 'node:crypto';
import {
  changeKeyFile,
  isScope,
  type KeyRecord,
  keyFileOf,
  readKeyFile,
  SCOPES,
  type Scope,
} from '../config/key-file.ts';
import { StartFault } from '../util/start-fault.ts';

/** What `roomcast keys …` is asked to do, and the arguments that are options of the server. */
export type KeysCommand =
  | {
      readonly action: 'create';
      readonly name: string;
      readonly scopes: readonly Scope[];
      readonly rest: readonly string[];
    }
  | { readonly action: 'list'; readonly rest: readonly string[] }
  | { readonly action: 'revoke'; readonly id: string; readonly rest: readonly string[] };

/** What a command has to say: `out` is for programs, `note` for whoever looks on. */
export interface KeysOutput {
  readonly out: string;
  readonly note: string;
}

const USAGE = [
  'roomcast keys create --name NAME [--scopes push,read,admin]',
  'roomcast keys list',
  'roomcast keys revoke ID',
].join('\n  ');

/** What a backend needs. */
const DEFAULT_SCOPES: readonly Scope[] = ['push', 'read'];
const LONGEST_NAME = 100;

/** @throws StartFault with a sentence for the user */
export function parseKeysCommand(argv: readonly string[]): KeysCommand {
  const [action, ...others] = argv;
  if (action === 'list') return { action, rest: others };
  if (action === 'revoke') {
    const [id, ...rest] = others;
    if (id === undefined || id.startsWith('-'))
      throw new StartFault('Which key? "roomcast keys list" shows their ids.');
    return { action, id: idOf(id), rest };
  }
  if (action !== 'create') throw new StartFault(`Use one of\n  ${USAGE}`);
  const name = take(others, '--name');
  const scopes = take(name.rest, '--scopes');
  return { action, name: nameOf(name.value), scopes: scopesOf(scopes.value), rest: scopes.rest };
}

/**
 * Makes, lists and revokes the keys in a data directory, whether or not a server runs on it: a running one follows
 * within a second.
 * @throws StartFault with a sentence for the user
 */
export async function runKeysCommand(command: KeysCommand, dataDir: string): Promise<KeysOutput> {
  const path = keyFileOf(dataDir);
  if (command.action === 'list') return { out: table((await readKeyFile(path)) ?? []), note: '' };
  if (command.action === 'revoke') {
    await changeKeyFile(path, (records) => without(records, command.id));
    return { out: '', note: `Revoked ${command.id}. A running server refuses it within a second.\n` };
  }
  const { key, record } = newKey(command.name, command.scopes);
  await changeKeyFile(path, (records) => [...records, record]);
  const note =
    `The key "${record.name}" (${record.id}) may ${record.scopes.join(', ')}. ` +
    'It is shown this once, only its hash is kept. A running server takes it within a second.\n';
  return { out: `${key}\n`, note };
}

function newKey(name: string, scopes: readonly Scope[]): { key: string; record: KeyRecord } {
  const id = randomBytes(5).toString('hex');
  const key = `${prefixOf(id)}${randomBytes(32).toString('base64url')}`;
  const hash = createHash('sha256').update(key).digest('hex');
  return { key, record: { id, name, hash, scopes, createdAt: new Date().toISOString() } };
}

function prefixOf(id: string): string {
  return `rck_${id}_`;
}

/** The id, also where the prefix is given as the list shows it. Never the rest of a key, which would be its secret. */
function idOf(given: string): string {
  return /^rck_([0-9a-f]+)/.exec(given)?.[1] ?? given;
}

function without(records: readonly KeyRecord[], id: string): readonly KeyRecord[] {
  const left = records.filter((record) => record.id !== id);
  if (left.length === records.length)
    throw new StartFault('There is no key of this id; "roomcast keys list" shows them.');
  return left;
}

function table(records: readonly KeyRecord[]): string {
  if (records.length === 0) return 'There are no keys. "roomcast keys create --name NAME" makes one.\n';
  const rows = [
    ['ID', 'KEY', 'SCOPES', 'CREATED', 'NAME'],
    ...records.map(({ id, name, scopes, createdAt }) => [id, `${prefixOf(id)}…`, scopes.join(','), createdAt, name]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('');
}

/** Takes `--flag VALUE` or `--flag=VALUE` out of the arguments. */
function take(argv: readonly string[], flag: string): { value: string | null; rest: readonly string[] } {
  const at = argv.findIndex((argument) => argument === flag || argument.startsWith(`${flag}=`));
  const found = argv[at];
  if (found === undefined) return { value: null, rest: argv };
  if (found !== flag) return { value: found.slice(flag.length + 1), rest: argv.toSpliced(at, 1) };
  const value = argv[at + 1];
  if (value === undefined || value.startsWith('--')) throw new StartFault(`${flag} needs a value`);
  return { value, rest: argv.toSpliced(at, 2) };
}

function nameOf(given: string | null): string {
  const name = given?.trim() ?? '';
  if (name === '') throw new StartFault('--name is missing: say what the key is for, as "--name shop-backend"');
  if (name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
    throw new StartFault(`--name must be 1 to ${LONGEST_NAME} characters without control characters`);
  }
  return name;
}

function scopesOf(given: string | null): readonly Scope[] {
  if (given === null) return DEFAULT_SCOPES;
  const named = given.split(',').map((scope) => scope.trim());
  for (const scope of named) {
    if (!isScope(scope))
      throw new StartFault(`--scopes must be some of ${SCOPES.join(', ')}, with commas between them`);
  }
  return SCOPES.filter((scope) => named.includes(scope));
}
