import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type RunningServer, startServer } from '../../src/server.ts';
import { Api } from './api.ts';
import { Inbox } from './inbox.ts';
import { environmentOf, type Settings } from './settings.ts';

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly connectionId?: string;
  readonly code?: number;
}

/** The whole product in this process, on a free port of loopback. */
export class TestServer extends Api {
  /** What it logs, as it does so. */
  readonly log: Inbox<LogLine>;
  readonly #server: RunningServer;

  readonly #folder: string;

  private constructor(server: RunningServer, log: Inbox<LogLine>, folder: string) {
    super(Number(new URL(server.urls[0] ?? '').port));
    this.#server = server;
    this.#folder = folder;
    this.log = log;
  }

  static async start(settings: Settings = {}): Promise<TestServer> {
    const lines = new Inbox<LogLine>();
    const log = pino(
      { level: 'info', base: null, formatters: { level: (label) => ({ level: label }) } },
      { write: (line: string) => lines.push(JSON.parse(line) as LogLine) },
    );
    const folder = mkdtempSync(join(tmpdir(), 'roomcast-'));
    const env = environmentOf({ port: 0, dataDir: folder, ...settings });
    const { config } = loadConfig({ argv: [], env, cwd: '/nonexistent' });
    return new TestServer(await startServer(config, log), lines, folder);
  }

  /** Waits until the server has done away with one connection more, and says how it names its end. */
  async buried(connectionId?: string): Promise<LogLine> {
    const matches = (line: LogLine): boolean =>
      line.msg === 'connection closed' && (connectionId === undefined || line.connectionId === connectionId);
    return this.log.next(matches, `the end of connection ${connectionId ?? 'any'}`);
  }

  async stop(): Promise<void> {
    await this.#server.stop('the test is over');
    rmSync(this.#folder, { recursive: true });
    const faults = this.log.waiting.filter(({ level }) => level === 'error' || level === 'fatal');
    expect(faults, 'the server logged faults').toEqual([]);
  }
}

/** Starts a server that ends with the test; a fault in its log fails the test. */
export async function serve(settings: Settings = {}): Promise<TestServer> {
  const server = await TestServer.start(settings);
  onTestFinished(() => server.stop());
  return server;
}
