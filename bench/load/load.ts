import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { LOAD_CORE, pinned, SERVER_CORE } from '../host/pin.ts';
import type { RunningServer } from '../host/server.ts';
import type { Peer } from '../peers/peer.ts';
import { LoadLines } from './lines.ts';

// Nothing that we start runs longer: a search has a budget of its own, far below.
const LIMIT_MS = 240_000;

/** Options of the generator by name, without the dashes (load/options.c). */
export type LoadOptions = Readonly<Record<string, string | number>>;

/**
 * Runs the load generator once against a server.
 * @param raw file that every line is appended to, or null
 * @throws Error where the generator fails or runs into its limit of four minutes
 */
export async function runLoad(
  program: string,
  peer: Peer,
  server: RunningServer,
  options: LoadOptions,
  raw: string | null,
): Promise<LoadLines> {
  const args = [
    ...['--label', peer.name, '--port', String(server.port), '--pids', server.pids.join(',')],
    ...['--core', String(SERVER_CORE)],
    ...peer.wire,
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ];
  const [command = '', ...rest] = pinned(LOAD_CORE, [program, ...args]);
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS, killSignal: 'SIGKILL' });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  process.off('exit', killWithUs);
  if (raw !== null) appendFileSync(raw, output);
  if (child.exitCode !== 0) throw new Error(`the load generator failed against ${peer.title}:\n${complaints}`);
  return new LoadLines(output);
}
