import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Api } from './api.ts';
import { Inbox } from './inbox.ts';
import { environmentOf, type Settings } from './settings.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/roomcast.cjs', import.meta.url));

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built product as a process of its own, for what only a process can show: signals, exit codes, memory. */
export class TestProcess extends Api {
  /** Every line that it writes to standard output. */
  readonly lines: Inbox<string>;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess, lines: Inbox<string>, exited: Promise<Exit>) {
    super(port);
    this.#child = child;
    this.lines = lines;
    this.exited = exited;
  }

  static async start(settings: Settings): Promise<TestProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'roomcast-'));
    const env = environmentOf({ port: 0, dataDir: folder, logFile: false, logFormat: 'json', ...settings });
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit').then(([code, signal]): Exit => ({ code, signal }));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    });
    const lines = new Inbox<string>();
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    void exited.then(() => lines.end(new Error('The process has ended')));
    const running = await lines.next((line) => line.startsWith('Roomcast is running'), 'the start');
    return new TestProcess(Number(/:(\d+)\//.exec(running)?.[1]), child, lines, exited);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
