import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../server/bin/roomcast.cjs', import.meta.url));

/** The built product as a process of its own, which can be killed and started again on its port. */
export class RealServer {
  readonly #dataDir: string;
  readonly #options: readonly string[];
  #process: ChildProcess | null = null;
  #port = 0;

  private constructor(dataDir: string, options: readonly string[]) {
    this.#dataDir = dataDir;
    this.#options = options;
  }

  /** @param options of the command line, besides those for the port and the data */
  static async start(...options: string[]): Promise<RealServer> {
    const server = new RealServer(await mkdtemp(join(tmpdir(), 'roomcast-')), options);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Starts it; after `kill` on the same port. Comes back once it listens. */
  async start(): Promise<void> {
    const argv = [PROGRAM, '--port', `${this.#port}`, '--data-dir', this.#dataDir, '--log-format', 'json'].concat(
      this.#options,
    );
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
      if (!url) continue;
      this.#port = Number(url[1]);
      break;
    }
    // Unread output would fill the pipe and stop the server.
    child.stdout.resume();
    if (child.exitCode !== null) throw new Error('the server did not start');
  }

  /** Ends the process without a chance to say goodbye, unless the signal leaves it one. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
