import { type ChildProcess, spawn } from 'node:child_process';
import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LOAD_CORE, pinned } from '../../host/pin.ts';
import type { ChatServer } from '../server.ts';
import { measureCost, type ServerCost } from '../server-cost.ts';
import type { BenchUser } from '../users.ts';
import type { LoadNews, LoadOrder, LoadResult, LoadStep } from './plan.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));

/** The load process and the server that it talks to. */
export class LoadGenerator {
  readonly #server: ChatServer;
  readonly #child: ChildProcess;
  readonly #news: AsyncIterator<readonly LoadNews[], undefined>;

  private constructor(server: ChatServer) {
    this.#server = server;
    const [command = '', ...args] = pinned(LOAD_CORE, [process.execPath, '--max-semi-space-size=16', PROCESS]);
    this.#child = spawn(command, args, { stdio: ['ignore', 2, 2, 'ipc'] });
    this.#news = on(this.#child, 'message', { close: ['exit'] });
    process.once('exit', () => this.#child.kill('SIGKILL'));
  }

  /** Connects a sender and a receiver for each room. @throws Error where the server refuses */
  static async connect(server: ChatServer, users: readonly BenchUser[], rooms: number): Promise<LoadGenerator> {
    const generator = new LoadGenerator(server);
    const tokens = users.map(({ token }) => token);
    const [senders, receivers] = [tokens.slice(0, rooms), tokens.slice(rooms, 2 * rooms)];
    generator.#order({ kind: 'connect', port: server.port, senders, receivers });
    await generator.#hear('connected');
    return generator;
  }

  /** Runs one step. @throws Error where the server complained or a connection broke */
  async talk(step: Omit<LoadStep, 'kind'>): Promise<LoadResult & ServerCost> {
    this.#order({ kind: 'talk', ...step });
    await this.#hear('counting');
    const measured = await measureCost(this.#server);
    await this.#hear('counted');
    const [cost, news] = await Promise.all([measured(), this.#hear('result')]);
    if (news.kind !== 'result') throw new Error('no result');
    return { ...news.result, ...cost };
  }

  end(): void {
    this.#order({ kind: 'end' });
  }

  #order(order: LoadOrder): void {
    this.#child.send(order);
  }

  async #hear(kind: LoadNews['kind']): Promise<LoadNews> {
    const next = await this.#news.next();
    if (next.done) throw new Error('the load generator ended, see above');
    const [news] = next.value;
    if (news?.kind !== kind) throw new Error(`the load generator says ${news?.kind} instead of ${kind}`);
    return news;
  }
}
