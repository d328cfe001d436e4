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
  stop(): Promise<void>;
}

/**
 * Starts the built product on a free port, with a data directory of its own.
 * @param flags further command line flags
 */
export async function startServer(flags: readonly string[] = []): Promise<RunningServer> {
  const directory = await mkdtemp(join(tmpdir(), 'roomcast-e2e-'));
  const child = spawn(process.execPath, [LAUNCHER, '--port', '0', '--data-dir', directory, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await readUrl(child);
  return {
    url,
    port: Number(new URL(url).port),
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The first URL that the server prints. Whatever it prints before goes into the error if it ends without one. */
async function readUrl({ stdout, stderr }: ChildProcess): Promise<string> {
  if (!stdout || !stderr) throw new Error('The server has no output to read');
  const printed: string[] = [];
  stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  for await (const line of createInterface(stdout)) {
    printed.push(line);
    const url = /http:\/\/[^\s"/]+/.exec(line)?.[0];
    if (url) {
      stdout.resume();
      return url;
    }
  }
  throw new Error(`The server ended without printing a URL:\n${printed.join('\n')}`);
}
