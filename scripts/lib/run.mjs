import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { ROOT } from './files.mjs';

// The repository's own tools first, its Node among them.
const PATH = `${ROOT}node_modules/.bin${delimiter}${process.env.PATH ?? ''}`;

/**
 * Runs a program in the repository. With `quiet` its output is kept and handed back instead of shown.
 * @returns {Promise<{ ok: boolean, output: string, milliseconds: number }>}
 */
export function run(program, args, { quiet = false, env = {} } = {}) {
  const begun = performance.now();
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, PATH, ...env },
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  });
  const chunks = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    const end = (ok, extra = '') =>
      resolve({ ok, output: Buffer.concat(chunks).toString() + extra, milliseconds: performance.now() - begun });
    child.on('error', (error) => end(false, `${program}: ${error.message}\n`));
    child.on('close', (code) => end(code === 0));
  });
}
