import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder, gone when this process ends at the latest. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

export function makeFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'roomcast-bench-'));
  const erase = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', erase);
  return {
    path,
    remove() {
      process.off('exit', erase);
      erase();
    },
  };
}
