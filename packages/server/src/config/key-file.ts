import { type FileHandle, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartFault } from '../util/start-fault.ts';

/** What a key may be made for. `admin` includes the others. */
export const SCOPES = ['push', 'read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** A key as it is kept. The key itself is known to whoever it was shown to, and to nobody else. */
export interface KeyRecord {
  readonly id: string;
  /** What it is for, in the operator's words. */
  readonly name: string;
  /** SHA-256 of the key, in hex: a fast hash is enough where there are 2^256 keys to try. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  /** ISO 8601. */
  readonly createdAt: string;
}

/** The file with the keys of programs. Where it exists, even empty, the server is not open to anybody. */
export function keyFileOf(dataDir: string): string {
  return join(dataDir, 'keys.json');
}

/**
 * The keys of the file; null where there is no file.
 * @throws StartFault naming the file, where it cannot be read or is not one of ours
 */
export async function readKeyFile(path: string): Promise<readonly KeyRecord[] | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw new StartFault(`The keys in ${path} cannot be read: ${messageOf(cause)}.`, { cause });
  }
  const records = parse(text);
  if (records) return records;
  throw new StartFault(`${path} is not a file of keys as "roomcast keys" writes it. Restore it, or delete it.`);
}

/**
 * Replaces the keys by what `change` makes of them: whoever reads meanwhile finds the former ones or the new ones, and
 * two changes at a time are made one after the other.
 * @throws StartFault where the file cannot be written, and whatever `change` throws; nothing has changed then
 */
export async function changeKeyFile(
  path: string,
  change: (records: readonly KeyRecord[]) => readonly KeyRecord[],
): Promise<void> {
  const draft = `${path}.new`;
  const handle = await openDraft(draft);
  try {
    const records = change((await readKeyFile(path)) ?? []);
    await handle.writeFile(`${JSON.stringify({ version: VERSION, keys: records }, null, 2)}\n`);
    await giveToOwner(handle, dirname(path));
    await handle.sync();
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => {});
    if (error instanceof Error && 'syscall' in error)
      throw new StartFault(`${path} cannot be written: ${error.message}.`);
    throw error;
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(path));
}

const VERSION = 1;
/** Tries to get hold of the draft, and milliseconds between two. */
const TRIES = 40;
const PAUSE = 50;

/** The draft is the lock as well: only one process can make it. */
async function openDraft(draft: string): Promise<FileHandle> {
  for (let tries = 1; ; tries++) {
    try {
      return await open(draft, 'wx', 0o600);
    } catch (cause) {
      if (codeOf(cause) !== 'EEXIST')
        throw new StartFault(`${draft} cannot be written: ${messageOf(cause)}.`, { cause });
      if (tries === TRIES) {
        throw new StartFault(`Another "roomcast keys" is at work; if none is, it has died: delete ${draft}.`);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** What root writes, the server's own user has to be able to read. */
async function giveToOwner(handle: FileHandle, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  await handle.chown(uid, gid);
}

/** A renamed file is there after a power loss only when its folder is on disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

function parse(text: string): readonly KeyRecord[] | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  const { version, keys } = (found ?? {}) as { version?: unknown; keys?: unknown };
  return version === VERSION && Array.isArray(keys) && keys.every(isRecord) ? keys : null;
}

function isRecord(given: unknown): given is KeyRecord {
  const { id, name, hash, scopes, createdAt } = (given ?? {}) as Partial<Record<keyof KeyRecord, unknown>>;
  const areTexts = [id, name, hash, createdAt].every((value) => typeof value === 'string');
  return areTexts && /^[0-9a-f]{64}$/.test(String(hash)) && Array.isArray(scopes) && scopes.every(isScope);
}

export function isScope(given: unknown): given is Scope {
  return (SCOPES as readonly unknown[]).includes(given);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
