import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The core of the server, and the core of the load generator and everything else. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V'], { stdio: 'ignore' }).status === 0;

/** A command line that runs `command` on one core only, where the machine has two cores and `taskset`. */
export function pinned(core: number, command: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', String(core), ...command] : command;
}

/** For the report. */
export function describePinning(): string {
  return canPin ? `server on core ${SERVER_CORE}, load generator on core ${LOAD_CORE}` : 'not pinned to cores';
}
