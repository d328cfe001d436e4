import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { type ForwardCommand, parseForwardCommand } from './cli/forward/command.ts';
import { parseKeysCommand, runKeysCommand } from './cli/keys.ts';
import { parseOutboxCommand, runOutboxCommand } from './cli/outbox.ts';
import { onSignals } from './cli/signals.ts';
import { explainStart, prepareDataDirectory } from './cli/start-fault.ts';
import { type Config, ConfigError, type Loaded } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import { maskConfig } from './config/mask.ts';
import { renderConfig, renderHelp } from './config/render.ts';
import { didYouMean } from './config/suggest.ts';
import type { startServer as StartServer } from './server.ts';
import { createLogger, type Logging } from './telemetry/log.ts';
import { StartFault } from './util/start-fault.ts';

type Server = Awaited<ReturnType<typeof StartServer>>;

/** The command line: `roomcast [start]`, `config`, `keys …`, `outbox …`, `forward …`, `--help`, `--version`. Sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv.includes('--help') || argv.includes('-h') || argv[0] === 'help') return print(renderHelp());
  if (argv.includes('--version') || argv.includes('-v')) return print(`${version()}\n`);
  const named = argv[0] !== undefined && !argv[0].startsWith('-');
  const command = named ? argv[0] : 'start';
  if (command === 'keys') return await keys(argv.slice(1));
  if (command === 'outbox') return await outbox(argv.slice(1));
  if (command === 'forward') return await forward(argv.slice(1));
  if (command !== 'start' && command !== 'config') {
    const meant = didYouMean(command ?? '', ['start', 'config', 'keys', 'outbox', 'forward']);
    return fail([`${command} is not a command${meant}; see roomcast --help`]);
  }
  const loaded = load(named ? argv.slice(1) : argv);
  if (loaded === null) return;
  if (command === 'config') return print(renderConfig(loaded));
  await start(loaded);
}

/** `roomcast keys …`: a key that is made goes to standard output, what is said about it to standard error. */
async function keys(argv: readonly string[]): Promise<void> {
  try {
    const command = parseKeysCommand(argv);
    const loaded = load(command.rest);
    if (loaded === null) return;
    prepareDataDirectory(loaded.config.dataDir);
    const { out, note } = await runKeysCommand(command, loaded.config.dataDir);
    process.stderr.write(note);
    print(out);
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    fail([error.message]);
  }
}

/** `roomcast outbox …`: asks the running server. */
async function outbox(argv: readonly string[]): Promise<void> {
  try {
    print(await runOutboxCommand(parseOutboxCommand(argv, process.env)));
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    fail([error.message]);
  }
}

/** `roomcast forward …`: until a signal ends it. Mistakes in what was asked for are exit code 2. */
async function forward(argv: readonly string[]): Promise<void> {
  let command: ForwardCommand;
  try {
    command = parseForwardCommand(argv, process.env);
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    fail([error.message]);
    process.exitCode = 2;
    return;
  }
  // Nobody has to read along.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const stop = new AbortController();
  onSignals(process, {
    begin: () => stop.abort(),
    abandon: (signal) => process.exit(128 + constants.signals[signal]),
  });
  const colour = process.stdout.isTTY && process.stderr.isTTY && !process.env['NO_COLOR'];
  const note = (text: string) => process.stderr.write(text);
  // Here and not above: whoever starts a server needs none of it.
  const { runForward } = await import('./cli/forward/forward.ts');
  const code = await runForward(command, { out: print, note, colour }, stop.signal);
  // A connection that does not close must not keep the process alive.
  process.stdout.write('', () => process.exit(code));
}

function load(argv: readonly string[]): Loaded | null {
  try {
    return loadConfig({ argv, env: process.env, cwd: process.cwd() });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(error.mistakes);
    return null;
  }
}

async function start({ config, warnings }: Loaded): Promise<void> {
  // A reader that went away (`roomcast | head`) must not end the server.
  process.stdout.on('error', () => {});
  let logging: Logging | null = null;
  try {
    prepareDataDirectory(config.dataDir);
    logging = await createLogger(config);
    const { log } = logging;
    log.info({ version: version(), node: process.version, pid: process.pid }, 'starting');
    log.debug({ config: maskConfig(config) }, 'configuration');
    for (const warning of warnings) log.warn(warning);
    // Here and not above: `config` and `--help` need not wait for the whole server to load.
    const { startServer } = await import('./server.ts');
    const starting = startServer(config, log);
    endWithSignals(starting, config, logging);
    endWithFaults(logging);
    announce((await starting).urls);
  } catch (error) {
    const sentence = explainStart(error, config);
    logging?.log.fatal(sentence === null ? { err: error } : {}, sentence ?? 'the start failed');
    await logging?.close();
    if (sentence !== null) process.stderr.write(`${sentence}\n`);
    else console.error(error);
    // Whatever part had been started already must not keep the process alive.
    process.exit(1);
  }
}

/** In plain words for a person, beside the log lines for programs. */
function announce(urls: readonly string[]): void {
  const [first, ...others] = urls.map((url) => url.replace(/\/?$/, '/'));
  if (first === undefined) return;
  print(
    `Roomcast is running: ${first}\nChat: ${first}chat\nWebhooks: ${first}inspect\nRoom bridge: ${first}bridge?room=lobby\nHTTP API: ${first}docs\n`,
  );
  if (others.length > 0) print(`Also at: ${others.join(' ')}\n`);
}

/** The first signal ends the process in order and with code 0; a second one, or too much time, ends it at once. */
function endWithSignals(starting: Promise<Server>, config: Config, logging: Logging): void {
  const { log } = logging;
  onSignals(process, {
    begin(signal) {
      log.info({ signal }, 'stopping');
      const limit = config.drainDelay + config.shutdownTimeout;
      const impatience = setTimeout(() => {
        log.fatal({ limit }, 'not stopped in time');
        die(logging, 1);
      }, limit).unref();
      void stopInOrder(starting, signal, logging, impatience);
    },
    abandon(signal) {
      log.warn({ signal }, 'second signal: ending at once');
      die(logging, 128 + constants.signals[signal]);
    },
  });
}

async function stopInOrder(
  starting: Promise<Server>,
  signal: string,
  logging: Logging,
  impatience: NodeJS.Timeout,
): Promise<void> {
  // A start that fails says so itself and ends the process.
  const server = await starting.catch(() => null);
  if (server === null) return;
  try {
    await server.stop(signal);
    clearTimeout(impatience); // closing the log has a limit of its own
    logging.log.info('stopped');
    await logging.close();
    process.exit(0);
  } catch (error) {
    logging.log.fatal({ err: error }, 'stopping failed');
    die(logging, 1);
  }
}

/** After an error that nobody caught, the state of the process is unknown: a supervisor has to start a new one. */
function endWithFaults(logging: Logging): void {
  const end = (kind: string) => (error: unknown) => {
    logging.log.fatal({ err: error }, kind);
    die(logging, 1);
  };
  process.on('uncaughtException', end('uncaught exception'));
  process.on('unhandledRejection', end('unhandled rejection'));
}

/** Ends the process as soon as what was logged is written. */
function die(logging: Logging, code: number): void {
  void logging.close().finally(() => process.exit(code));
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

function print(text: string): void {
  process.stdout.write(text);
}

function fail(mistakes: readonly string[]): void {
  process.stderr.write(`${mistakes.join('\n')}\n`);
  process.exitCode = 1;
}
