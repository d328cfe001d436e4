import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '../host/folder.ts';

const PREFILL = fileURLToPath(new URL('./prefill.ts', import.meta.url));

/**
 * A data folder with a room of so many messages, removed when this process ends.
 * @param keep folder where the prefilled database is kept for the next run, or taken from; null = none
 * @throws Error where the database could not be written
 */
export function prepareData(messages: number, keep: string | null): string {
  const folder = join(makeFolder().path, 'data');
  if (keep === null) return prefill(folder, messages);
  const kept = join(keep, String(messages));
  if (!existsSync(join(kept, 'roomcast.db'))) {
    // Under another name until it is complete.
    rmSync(`${kept}.part`, { recursive: true, force: true });
    cpSync(prefill(`${kept}.part`, messages), kept, { recursive: true });
    rmSync(`${kept}.part`, { recursive: true });
  }
  // What runs here writes: it gets a copy.
  cpSync(kept, folder, { recursive: true });
  return folder;
}

function prefill(folder: string, messages: number): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  console.error(`writing a room of ${messages.toLocaleString('en')} messages`);
  const run = spawnSync(process.execPath, [PREFILL, folder, String(messages)], { stdio: ['ignore', 2, 2] });
  if (run.status !== 0) throw new Error(`the room of ${messages} messages could not be written`);
  return folder;
}

/** Makes the kernel forget what it has read and written of these files, so that the next reader meets the disk. */
export function forgetCached(folder: string): void {
  spawnSync('sync', ['-f', folder]);
  for (const name of readdirSync(folder).filter((file) => file.includes('.db'))) {
    spawnSync('dd', [`if=${join(folder, name)}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
  }
}
