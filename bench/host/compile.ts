import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './folder.ts';

/**
 * Compiles all C files of a folder into one program, removed when this process ends. Takes a second.
 * @returns the path of the program
 * @throws Error where there is no C compiler, or with what it complains about
 */
export function compile(source: URL): string {
  const cwd = fileURLToPath(source);
  const program = join(makeFolder().path, 'program');
  const files = readdirSync(cwd).filter((name) => name.endsWith('.c'));
  const compiled = spawnSync('cc', ['-O2', '-o', program, ...files], { cwd, encoding: 'utf8' });
  if (compiled.error) throw new Error('the benchmarks need a C compiler (`cc`, on Debian: apt install gcc)');
  if (compiled.status !== 0) throw new Error(`${cwd} does not compile:\n${compiled.stderr}`);
  return program;
}
