import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const POLL_MS = 1;
const URL_PRINTED = /https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)/;

/** A server's process. */
export interface ServerProcess {
  /** Of the URL that it printed. */
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a server and waits for the URL that it prints. It is killed when this process ends.
 * @param output file for what it prints: a pipe would have to be read by us, on somebody's core
 * @throws Error with the server's output where it ends or says nothing within a minute
 */
export async function launch(
  [command = '', ...args]: readonly string[],
  output: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ServerProcess> {
  const file = openSync(output, 'w');
  const child = spawn(command, args, { stdio: ['ignore', file, file], env });
  closeSync(file);
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const stop = async () => {
    await end(child);
    process.off('exit', killWithUs);
  };
  try {
    return { port: await readPort(child, output), pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readPort(child: ChildProcess, output: string): Promise<number> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const url = URL_PRINTED.exec(readFileSync(output, 'utf8'));
    if (url) return Number(url[1]);
    await delay(POLL_MS);
  }
  throw new Error(`the server did not start:\n${readFileSync(output, 'utf8').slice(-2000)}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(timer);
}
