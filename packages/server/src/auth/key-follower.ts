import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { readKeyFile } from '../config/key-file.ts';
import type { Logger } from '../telemetry/log.ts';
import type { ApiKeys } from './api-keys.ts';

/** Milliseconds between two looks: a change is in force within a second. */
const INTERVAL = 400;

/** Keeps the keys as the file has them while the server runs. */
export interface KeyFollower {
  stop(): void;
}

/**
 * Reads the file, then looks at it now and then. A file that cannot be read later on leaves the keys as they are.
 * @throws StartFault where it cannot be read at the start
 */
export async function followKeyFile(path: string, keys: ApiKeys, log: Logger): Promise<KeyFollower> {
  // Looked at before it is read: what changes in between is seen as a change at the next look.
  let seen = await markOf(path);
  keys.takeFile(await readKeyFile(path));
  let looking = false;
  let failing = false;
  const look = async (): Promise<void> => {
    const mark = await markOf(path);
    if (mark === seen) return;
    const records = await readKeyFile(path);
    seen = mark;
    failing = false;
    keys.takeFile(records);
    log.info({ keys: records?.length ?? 0 }, 'the API keys have changed');
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look()
      .catch((err: unknown) => {
        if (!failing) log.error({ err }, 'the API keys cannot be read; the former ones stay');
        failing = true;
      })
      .finally(() => {
        looking = false;
      });
  }, INTERVAL).unref();
  return { stop: () => clearInterval(timer) };
}

/** What changes with each change of a file; empty where there is none. */
async function markOf(path: string): Promise<string> {
  const found: BigIntStats | null = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : '';
}
