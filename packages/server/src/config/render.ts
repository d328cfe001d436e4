import type { Loaded } from './config.ts';
import { connectionLimits } from './limits.ts';
import { maskConfig } from './mask.ts';
import { flagOf, GROUPS, OPTION_KEYS, OPTIONS, type Option, type OptionKey } from './options.ts';
import type { OptionType } from './reading.ts';

const WIDTH = 100;

/** The output of `roomcast config`: one line per option with its value and where it came from. Secrets are masked. */
export function renderConfig({ config, origins }: Loaded): string {
  const masked = maskConfig(config);
  const limits = connectionLimits(config);
  const auto: Partial<Record<OptionKey, string>> = {
    maxConnections: String(limits.total),
    maxConnectionsPerAddress: `${limits.perAddress('192.0.2.1')}, none for loopback`,
  };
  const rows = OPTION_KEYS.map((key) => {
    const shown = showValue(key, masked[key]);
    const value = shown === 'auto' ? `auto (${auto[key] ?? config[key]})` : shown;
    const { source, label } = origins[key];
    return { key, value, source: source === 'default' ? 'default' : `from ${label}` };
  });
  const keyWidth = Math.max(...rows.map(({ key }) => key.length));
  const valueWidth = Math.min(40, Math.max(...rows.map(({ value }) => value.length)));
  return rows
    .map(({ key, value, source }) => `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${source}\n`)
    .join('');
}

/** The output of `roomcast --help`. */
export function renderHelp(): string {
  const groups = GROUPS.map((group) => `${group}\n${keysOf(group).map(helpOf).join('')}`);
  return [
    'Roomcast: a self-hosted realtime server, rooms over WebSocket and HTTP.\n\n',
    'Usage\n',
    '  roomcast [start] [options]   start the server\n',
    '  roomcast config [options]    print the effective configuration, secrets masked\n',
    '  roomcast keys create --name NAME [--scopes push,read,admin] | list | revoke ID\n',
    '                               API keys of programs, also while the server runs\n',
    '  roomcast outbox list | redrive ID… | purge ID… [--all] [--url URL] [--key KEY]\n',
    '                               events that wait for the backend, and those that it refused\n',
    '  roomcast forward WEBHOOK-URL… --to TARGET [--since 10m|TIME|REQUEST-ID|all] [--replay REQUEST-ID]…\n',
    '                               sends what webhooks capture on to this machine, byte for byte\n',
    '      WEBHOOK-URL=TARGET …       several webhooks, each to its own target\n',
    '      --new SERVER-URL           a new webhook on that server (with ROOMCAST_API_KEY where that needs a key)\n',
    '      --retry N                  send again what was not answered or with 500 or above (default: 0)\n',
    '      --concurrency N            requests of one webhook on their way at a time (default: 1)\n',
    '      --timeout SECONDS          time for an answer (default: 30)\n',
    '      --truncated skip|send      what becomes of requests whose body is not complete (default: skip)\n',
    '      --keep-host                leave the Host header as it was sent\n' +
      '      --any-path                 send paths, too, that lead out of that of the target\n' +
      '      --insecure                 accept any certificate of an https target\n',
    '      --secret-file FILE         secret of a locked webhook; or in ROOMCAST_WEBHOOK_SECRET,\n',
    '                                 a password in ROOMCAST_WEBHOOK_PASSWORD\n',
    '      --json                     one JSON object a line\n',
    '  roomcast --help              print this\n',
    '  roomcast --version           print the version\n\n',
    'Options\n',
    '  Each can be a flag, an environment variable (ROOMCAST_MAX_ROOMS for --max-rooms) or a key of a JSON file\n',
    '  (maxRooms). Flags win over the environment, the environment over the file.\n\n',
    '  --config <file>\n      The JSON file. Environment: ROOMCAST_CONFIG.\n\n',
    groups.join('\n'),
  ].join('');
}

/** A flag with what it takes: `--port <number>`; `--open`, or `--no-log-file` for switches that are on. */
export function usageOf(key: OptionKey): string {
  const { type, default: value } = OPTIONS[key];
  if (type.placeholder !== null) return `${flagOf(key)} <${type.placeholder}>`;
  return value === true ? flagOf(key).replace('--', '--no-') : flagOf(key);
}

/** The options of one chapter. */
export function keysOf(group: Option<unknown>['group']): readonly OptionKey[] {
  return OPTION_KEYS.filter((key) => OPTIONS[key].group === group);
}

function helpOf(key: OptionKey): string {
  const text = `${OPTIONS[key].doc.replaceAll('`', '')} Default: ${defaultOf(key)}.`;
  return `  ${usageOf(key)}\n${wrap(text, WIDTH - 6)
    .map((line) => `      ${line}\n`)
    .join('')}`;
}

/** The default as it would be written, or `none`. */
export function defaultOf(key: OptionKey): string {
  const shown = showValue(key, OPTIONS[key].default);
  return shown === '' || shown === '{}' ? 'none' : shown;
}

function showValue(key: OptionKey, value: unknown): string {
  // Key and value belong together, which the compiler cannot follow through a union of rows.
  const type = OPTIONS[key].type as OptionType<unknown>;
  return type.show(value);
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
