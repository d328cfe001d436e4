import { fileURLToPath } from 'node:url';
import type { RoomcastServer } from '../../host/roomcast.ts';
import { measureCost, type ServerCost } from '../../host/server-cost.ts';
import { LoadProcess } from '../../suite/load-process.ts';
import type { BenchUser } from '../users.ts';
import type { LoadNews, LoadOrder, LoadResult, LoadStep } from './plan.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));

/** The load process and the server that it talks to. */
export class LoadGenerator {
  readonly #server: RoomcastServer;
  readonly #load = new LoadProcess<LoadOrder, LoadNews>(PROCESS);

  private constructor(server: RoomcastServer) {
    this.#server = server;
  }

  /** Connects a sender and a receiver for each room. @throws Error where the server refuses */
  static async connect(server: RoomcastServer, users: readonly BenchUser[], rooms: number): Promise<LoadGenerator> {
    const generator = new LoadGenerator(server);
    const tokens = users.map(({ token }) => token);
    const [senders, receivers] = [tokens.slice(0, rooms), tokens.slice(rooms, 2 * rooms)];
    generator.#load.order({ kind: 'connect', port: server.port, senders, receivers });
    await generator.#load.hear('connected');
    return generator;
  }

  /** Runs one step. @throws Error where the server complained or a connection broke */
  async talk(step: Omit<LoadStep, 'kind'>): Promise<LoadResult & ServerCost> {
    this.#load.order({ kind: 'talk', ...step });
    await this.#load.hear('counting');
    const measured = await measureCost(this.#server);
    await this.#load.hear('counted');
    const [cost, { result }] = await Promise.all([measured(), this.#load.hear('result')]);
    return { ...result, ...cost };
  }

  end(): void {
    this.#load.end();
  }
}
