import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../packages/server/bin/roomcast.cjs', import.meta.url));
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const POLL_MS = 1;

/** The bounds for people, lifted as an operator would lift them. */
const UNLIMITED = {
  ROOMCAST_CHAT_MESSAGE_RATE: '0',
  ROOMCAST_ROOM_SWITCH_RATE: '0',
  ROOMCAST_ROOM_CREATION_RATE: '0',
  ROOMCAST_MESSAGE_RATE: '0',
  ROOMCAST_LOGIN_ATTEMPTS: '0',
  ROOMCAST_REGISTRATION_RATE: '0',
};

/** A running chat server. */
export interface ChatServer {
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startUp: number;
  stop(): Promise<void>;
}

/**
 * Starts the built server as `npm start` does, and waits for its first answer. Not pinned to a core: its threads are what
 * keeps the disk's work off the main one.
 * @param profile folder for a CPU profile of each thread, written when the server stops; null = none
 * @throws Error with the server's output where it does not start
 */
export async function startChatServer(dataDir: string, profile: string | null): Promise<ChatServer> {
  const output = join(dataDir, 'output.log');
  const file = openSync(output, 'w');
  const profiling = profile === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profile];
  const args = ['--max-semi-space-size=1', ...profiling, SERVER, '--port', '0', '--data-dir', dataDir];
  const begin = performance.now();
  const env = { ...process.env, ...UNLIMITED };
  const child = spawn(process.execPath, args, { stdio: ['ignore', file, file], env });
  closeSync(file);
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const stop = async () => {
    await end(child);
    process.off('exit', killWithUs);
  };
  try {
    const port = await readPort(child, output);
    await fetch(`http://127.0.0.1:${port}/ready`);
    return { port, pid: child.pid ?? 0, startUp: performance.now() - begin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export function isBuilt(): boolean {
  return existsSync(fileURLToPath(new URL('../../packages/server/dist/main.js', import.meta.url)));
}

async function readPort(child: ChildProcess, output: string): Promise<number> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const url = /http:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(output, 'utf8'));
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
