import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Inbox } from '../support/inbox.ts';

const PROGRAM = fileURLToPath(new URL('./child.ts', import.meta.url));

/** What a child tells; see child.ts. */
export interface ChildLine {
  readonly open?: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly available?: boolean;
  readonly reason?: string | null;
  readonly clientMessageId?: string;
  readonly status?: string;
  readonly offset?: number;
  readonly refused?: string;
}

/** A store in another process. */
export class ChildStore {
  readonly lines = new Inbox<ChildLine>();
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(directory: string) {
    const child = spawn(process.execPath, [PROGRAM, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#exited = once(child, 'exit');
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(JSON.parse(line)));
  }

  /** Resolves with its first line: whether it could open the store. */
  static async start(directory: string): Promise<{ child: ChildStore; opened: ChildLine }> {
    const child = new ChildStore(directory);
    onTestFinished(() => child.kill());
    return { child, opened: await child.lines.next(({ open }) => open !== undefined, 'the opening') };
  }

  /** Lets it append so many messages. */
  append(count: number): void {
    this.#child.stdin?.write(`${count}\n`);
  }

  /** Sets the greatest size of files that it can write, in bytes: beyond it, writes fail as on a broken disk. */
  limitFiles(bytes: number | 'unlimited'): void {
    execFileSync('prlimit', ['--pid', String(this.#child.pid), `--fsize=${bytes}:unlimited`]);
  }

  /** As `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
