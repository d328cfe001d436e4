import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const GENERATED = new Set(['node_modules', 'dist', 'test-results']);

/** Paths of all source files below a folder of the repository, relative to the repository, in a stable order. */
export function sourceFiles(folder) {
  const found = [];
  for (const entry of readdirSync(ROOT + folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !GENERATED.has(entry.name)) found.push(...sourceFiles(path));
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}
