import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../packages/server/bin/roomcast.cjs', import.meta.url));

/** The built product, running as its own process. */
export interface RunningServer {
  /** As `http://127.0.0.1:40123`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Its data directory. */
  readonly directory: string;
  /** Everything that it has printed, since the first start. */
  printed(): string;
  /** Ends the process by that signal; the data stays. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again where it was, after `end`. `flags`: others than before. */
  startAgain(flags?: readonly string[]): Promise<void>;
  /** Ends it, and its data. */
  stop(): Promise<void>;
}

/**
 * Starts the built product on a free port, with a data directory of its own.
 * @param flags further command line flags
 */
export async function startServer(flags: readonly string[] = []): Promise<RunningServer> {
  const directory = await mkdtemp(join(tmpdir(), 'roomcast-e2e-'));
  const printed: string[] = [];
  let child = launch(directory, 0, flags, printed);
  const url = await readUrl(child, printed);
  const port = Number(new URL(url).port);

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
  return {
    url,
    port,
    directory,
    printed: () => printed.join(''),
    end,
    async startAgain(others = flags) {
      child = launch(directory, port, others, printed);
      await readUrl(child, printed);
    },
    async stop() {
      await end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function launch(directory: string, port: number, flags: readonly string[], printed: string[]): ChildProcess {
  const child = spawn(process.execPath, [LAUNCHER, '--port', `${port}`, '--data-dir', directory, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => printed.push(`${chunk}`));
  return child;
}

/** The first URL that the server prints. Whatever it printed goes into the error if it ends without one. */
async function readUrl({ stdout }: ChildProcess, printed: readonly string[]): Promise<string> {
  if (!stdout) throw new Error('The server has no output to read');
  for await (const line of createInterface(stdout)) {
    const url = /http:\/\/[^\s"/]+/.exec(line)?.[0];
    if (url) {
      stdout.resume();
      return url;
    }
  }
  throw new Error(`The server ended without printing a URL:\n${printed.join('')}`);
}
