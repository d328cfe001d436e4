import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

/** An example backend: where it is, and how it is run. */
export interface Example {
  readonly language: string;
  /** Within `examples/`. */
  readonly folder: string;
  /** Says that the language is there. */
  readonly check: readonly [string, ...string[]];
  /** The command that runs it, in its folder. `work`: a folder for what it writes. */
  readonly command: (port: number, work: string) => readonly [string, ...string[]];
  /** Has to be done before. */
  readonly build?: (work: string) => readonly [string, ...string[]];
}

export const EXAMPLES: readonly Example[] = [
  {
    language: 'Node',
    folder: 'backend-node',
    check: [process.execPath, '--version'],
    command: () => [process.execPath, 'backend.mjs'],
  },
  {
    language: 'Python',
    folder: 'backend-python',
    check: ['python3', '--version'],
    command: () => ['python3', 'backend.py'],
  },
  {
    language: 'PHP',
    folder: 'backend-php',
    check: ['php', '--version'],
    command: (port) => ['php', '-S', `127.0.0.1:${port}`, 'backend.php'],
  },
  {
    language: 'Go',
    folder: 'backend-go',
    check: ['go', 'version'],
    build: (work) => ['go', 'build', '-o', join(work, 'backend'), '.'],
    command: (_port, work) => [join(work, 'backend')],
  },
];

/** Why an example cannot be run on this machine; null where it can. */
export function missing({ language, check: [program, ...args] }: Example): string | null {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return null;
  } catch {
    return `${language} is not installed: there is no "${program}"`;
  }
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('There is no port');
  return address.port;
}

/** An example backend that runs as its own process. */
export class ExampleBackend {
  readonly url: string;
  readonly #example: Example;
  readonly #port: number;
  readonly #work: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #printed: string[] = [];
  #child: ChildProcess | null = null;

  private constructor(example: Example, port: number, work: string, env: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#example = example;
    this.#port = port;
    this.#work = work;
    const state = { PORT: String(port), STATE_FILE: join(work, 'state.json'), GOTOOLCHAIN: 'local' };
    this.#env = { ...process.env, ...state, ...env };
  }

  /** Compiled, where it has to be, and listening. @param env the secrets, and where Roomcast is */
  static async start(example: Example, port: number, env: Record<string, string>): Promise<ExampleBackend> {
    const work = await mkdtemp(join(tmpdir(), 'roomcast-example-'));
    const backend = new ExampleBackend(example, port, work, env);
    if (example.build) {
      const [program, ...args] = example.build(work);
      execFileSync(program, args, { cwd: folderOf(example), env: backend.#env, stdio: 'pipe' });
    }
    await backend.run();
    return backend;
  }

  async run(): Promise<void> {
    const [program, ...args] = this.#example.command(this.#port, this.#work);
    const child = spawn(program, args, {
      cwd: folderOf(this.#example),
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => this.#printed.push(String(chunk)));
    this.#child = child;
    await vi.waitFor(
      async () => {
        const { status } = await fetch(`${this.url}/state`).catch(() => ({ status: 'none' }));
        if (status !== 200) throw new Error(`It does not answer (${status}); it said: ${this.#printed.join('')}`);
      },
      { timeout: 15_000, interval: 30 },
    );
  }

  /** It is away; what it keeps in a file stays. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.#work, { recursive: true, force: true });
  }

  async get(path: string): Promise<Record<string, unknown>> {
    const response = await fetch(this.url + path);
    return (await response.json()) as Record<string, unknown>;
  }

  async post(
    path: string,
    body = '',
    headers: Record<string, string> = {},
  ): Promise<{ status: number; json: unknown }> {
    const response = await fetch(this.url + path, { method: 'POST', body, headers });
    return { status: response.status, json: await response.json() };
  }
}

function folderOf({ folder }: Example): string {
  return fileURLToPath(new URL(`../../examples/${folder}/`, import.meta.url));
}
