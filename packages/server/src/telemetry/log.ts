import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { type DestinationStream, destination, type Logger, multistream, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import roll from 'pino-roll';
import type { Config } from '../config/config.ts';
import { isoTime } from '../util/clock.ts';

export type { Logger } from 'pino';

/** The logger and the end of it. */
export interface Logging {
  readonly log: Logger;
  /**
   * Writes everything that was logged, then closes the files. A terminal, pipe or disk that takes nothing any more does
   * not hold it up: it ends after a second at most. What is logged from then on is dropped.
   */
  close(): Promise<void>;
}

type LogConfig = Pick<Config, 'dataDir' | 'logLevel' | 'logFormat' | 'logFile' | 'logFileSize' | 'logFileCount'>;

/** Where lines go: a stream that can be emptied and ended. pino's and pino-roll's streams are of this kind. */
interface Sink extends DestinationStream {
  on(event: 'error' | 'close', listener: (error: Error) => void): unknown;
  /** Whether nobody can read it any more. */
  isGone(): boolean;
  end(): void;
  flushSync(): void;
}

/** Milliseconds that closing waits for what cannot be written. */
const PATIENCE = 1000;

/**
 * Stands in for the streams' flushSync, which pino calls for fatal lines and at exit: the original tries again for ever
 * where the reader is gone or the disk is full, and the process would hang instead of dying.
 */
const NOTHING = () => {};

/** A stuck terminal or disk may hold back this many bytes of log; then lines are dropped instead of memory eaten. */
const MAX_WAITING = 8 * 1024 * 1024;
/**
 * Lines are written some at a time: a write for each takes a turn of the thread pool and was a fifth of what
 * accepting a connection cost. A tenth of a second is soon enough for a person.
 */
const GATHERED = { minLength: 16_000, periodicFlush: 100 } as const;

/**
 * A second line of defence: contents and secrets are not handed to the logger in the first place. Paths without
 * wildcards at the front cost nothing where they do not occur.
 */
const REDACTED = [
  ...['apiKeys', 'apiKey', 'password', 'token', 'ticket', 'secret', 'authorization', 'cookie'],
  ...['data', 'payload', 'content', 'body'],
  ...['headers.authorization', 'headers.cookie', 'headers["x-api-key"]', 'headers["set-cookie"]'],
  ...['req.headers.authorization', 'req.headers.cookie', 'req.headers["x-api-key"]'],
  ...['res.headers["set-cookie"]', 'config.apiKeys'],
];

/**
 * The process's logger: standard output (readable on a terminal, else JSON) and, if configured, rotating files
 * `logs/roomcast.N.log` in the data directory, readable by their owner alone.
 *
 * One logger serves all: pass a connection's ids in each line's object rather than making a child per connection.
 * @throws the error of the file system where the folder or the file cannot be written.
 */
export async function createLogger(config: LogConfig, stdout = 1): Promise<Logging> {
  const screen = openScreen(stdout);
  const sinks = config.logFile ? [screen, await openFiles(config)] : [screen];
  const pretty = config.logFormat === 'pretty' || (config.logFormat === 'auto' && isatty(stdout));
  const shown = pretty ? { write: prettified(screen) } : screen;
  const log = pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: '[redacted]' },
    },
    // The logger itself filters by level; the streams take all that is left.
    multistream([shown, ...sinks.slice(1)].map((stream) => ({ level: 'trace', stream }))),
  );
  let closed: Promise<void> | null = null;
  return {
    log,
    close() {
      closed ??= closeAll(sinks);
      return closed;
    },
  };
}

function openScreen(descriptor: number): Sink {
  const screen = destination({ dest: descriptor, sync: false, maxLength: MAX_WAITING, ...GATHERED });
  // A reader that went away (`roomcast | head`) ends the output, not the server.
  let gone = false;
  screen.on('error', () => {
    gone = true;
  });
  return Object.assign(screen, { isGone: () => gone, flushSync: NOTHING });
}

async function openFiles(config: LogConfig): Promise<Sink> {
  const folder = join(config.dataDir, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stream = await roll({
    file: join(folder, 'roomcast'),
    extension: '.log',
    size: `${config.logFileSize}b`,
    // pino-roll may not count the file that it is about to begin.
    limit: { count: config.logFileCount - 1, removeOtherLogFiles: true },
    mode: 0o600,
    sync: false,
    maxLength: MAX_WAITING,
    ...GATHERED,
  });
  await once(stream, 'ready');
  // A full disk must not end the server either. Said once per spell of trouble, and not to the file.
  let failing = false;
  stream.on('error', (error: Error) => {
    if (!failing) process.stderr.write(`The log file cannot be written: ${error.message}\n`);
    failing = true;
  });
  stream.on('drain', () => {
    failing = false;
  });
  return Object.assign(stream, { isGone: () => false, flushSync: NOTHING });
}

function prettified(screen: Sink): (line: string) => void {
  const format = prettyFactory({
    colorize: process.stdout.hasColors?.() ?? false,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
  });
  return (line) => screen.write(format(line));
}

async function closeAll(sinks: readonly Sink[]): Promise<void> {
  const patience = new AbortController();
  const limit = setTimeout(PATIENCE, undefined, { signal: patience.signal }).catch(NOTHING);
  await Promise.race([Promise.all(sinks.map(end)), limit]);
  patience.abort();
}

/** Writes what waits and closes. A stream that fails while it does so has nothing more to give. */
async function end(sink: Sink): Promise<void> {
  if (sink.isGone()) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  sink.on('close', () => resolve());
  sink.on('error', () => resolve());
  sink.end();
  // The streams throw at what is written behind their end, and somebody may still log while the process dies.
  sink.write = NOTHING;
  await promise;
}
