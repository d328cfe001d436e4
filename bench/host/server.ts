import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Peer } from '../peers/peer.ts';
import { pinned, SERVER_CORE } from './pin.ts';

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 15_000;
const POLL_MS = 50;

/** A running server. */
export interface RunningServer {
  readonly port: number;
  /** The process and its descendants, as far as they had been started when the port was known. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/**
 * Starts a server on its core and waits for the URL that it prints.
 * Its output goes to a file: a pipe would have to be read by us, on somebody's core.
 * @param extra more arguments, after those of the peer
 * @throws Error with the server's output where it ends or says nothing within 30 s
 */
export async function startServer(peer: Peer, extra: readonly string[] = []): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'roomcast-bench-'));
  const output = join(folder, 'output.log');
  const file = openSync(output, 'w');
  const [command = '', ...args] = pinned(SERVER_CORE, [
    process.execPath,
    ...peer.command(join(folder, 'data')),
    ...extra,
  ]);
  const child = spawn(command, args, { stdio: ['ignore', file, file] });
  closeSync(file);
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const stop = async () => {
    await end(child);
    process.off('exit', killWithUs);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await readPort(child, output);
    return { port, pids: processTree(child.pid ?? 0), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readPort(child: ChildProcess, output: string): Promise<number> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const url = /https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)/.exec(readFileSync(output, 'utf8'));
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

function processTree(pid: number): readonly number[] {
  let children: readonly number[] = [];
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    children = text.split(' ').filter(Boolean).map(Number);
  } catch {
    // Kernels without CONFIG_PROC_CHILDREN: the process itself is what counts anyway.
  }
  return [pid, ...children.flatMap(processTree)];
}
