import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../packages/server/bin/roomcast.cjs', import.meta.url));

/** The built product on one data directory, killed and started again as often as asked. */
export class CrashServer {
  readonly #dataDir: string;
  readonly #settings: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;
  #port = 0;
  #running = Promise.withResolvers<number>();

  /** @param settings further environment variables */
  constructor(dataDir: string, settings: Readonly<Record<string, string>> = {}) {
    this.#dataDir = dataDir;
    this.#settings = settings;
  }

  /** The port as soon as the server answers; a new one after each start. */
  get running(): Promise<number> {
    return this.#running.promise;
  }

  get port(): number {
    return this.#port;
  }

  /** Returns the milliseconds until it answered. */
  async start(): Promise<number> {
    const begun = performance.now();
    const env = {
      ROOMCAST_PORT: '0',
      ROOMCAST_DATA_DIR: this.#dataDir,
      ROOMCAST_LOG_FILE: 'false',
      ROOMCAST_LOG_LEVEL: 'warn',
      ROOMCAST_LOG_FORMAT: 'json',
      ROOMCAST_CHAT_MESSAGE_RATE: '0',
      ROOMCAST_ROOM_SWITCH_RATE: '0',
      ROOMCAST_REGISTRATION_RATE: '0',
      ...this.#settings,
    };
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const faults: string[] = [];
    this.#port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${faults.join('\n')}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const port = /^Roomcast is running: http:\/\/[^:]+:(\d+)\//.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
        else if (line.startsWith('{')) faults.push(line);
      });
    });
    this.#running.resolve(this.#port);
    return performance.now() - begun;
  }

  /** `kill -9`: nothing is written, closed or said any more. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = null;
    this.#running = Promise.withResolvers<number>();
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
