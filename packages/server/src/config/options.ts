import { type Namespaces, namespacesType } from './namespaces.ts';
import type { OptionType } from './reading.ts';
import { autoOr, choice, duration, integer, size, switchType } from './scalars.ts';
import { directoryType, hostType, keysType, networksType, originsType } from './texts.ts';

/** The chapters of `--help` and of the reference, in their order. */
export const GROUPS = ['Listening', 'Access', 'Connections', 'Rooms', 'Delivery', 'Shutdown', 'Logging'] as const;

/** One option. Its flag, environment variable and file key follow from its key in the table. */
export interface Option<T> {
  readonly group: (typeof GROUPS)[number];
  readonly type: OptionType<T>;
  readonly default: T;
  /** What it does, what zero or nothing means. */
  readonly doc: string;
  /** Never printed. */
  readonly secret: boolean;
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** The options table: the only place that knows an option's name, form, default and meaning. */
export const OPTIONS = {
  host: option('Listening', hostType, '127.0.0.1', 'Address to listen on. `0.0.0.0` or `::` means every address.'),
  port: option('Listening', integer({ min: 0, max: 65_535 }), 8080, 'Port to listen on. 0 means any free port.'),
  dataDir: option(
    'Listening',
    directoryType,
    '.roomcast',
    'Directory for everything that is kept on disk. It is made if it does not exist, for its owner alone (mode 0700).',
  ),

  apiKeys: {
    ...option(
      'Access',
      keysType,
      [],
      'Keys for emit, rooms and metrics, at least 16 characters each. None means that these are open while the server ' +
        'listens on loopback only. Better in the environment or the file than in a flag, which other users of the ' +
        'machine can see.',
    ),
    secret: true,
  },
  open: option(
    'Access',
    switchType,
    false,
    'Serve emit, rooms and metrics to anybody, although the address is not loopback.',
  ),
  allowedOrigins: option(
    'Access',
    originsType,
    [],
    'Origins of the web pages that may connect and emit. None means only pages of this server itself, `*` means any.',
  ),
  trustedProxies: option(
    'Access',
    networksType,
    [],
    'Proxies whose `x-forwarded-for` is believed. None means that the header is never believed.',
  ),

  maxConnections: option(
    'Connections',
    autoOr(integer({ min: 1, max: 10_000_000 })),
    'auto',
    'Connections at a time; more are answered 503. `auto` means 65 % of the file-descriptor limit.',
  ),
  maxConnectionsPerAddress: option(
    'Connections',
    autoOr(integer({ min: 0, max: 10_000_000 })),
    'auto',
    'Connections at a time from one address. `auto` means half of maxConnections, and no limit for loopback. ' +
      '0 means no limit.',
  ),
  handshakeTimeout: option(
    'Connections',
    duration(1),
    10_000,
    'Longest time for the headers of a request, WebSocket upgrades included.',
  ),
  pingInterval: option('Connections', duration(100), 25_000, 'Time between two pings to a connection.'),
  pingTimeout: option(
    'Connections',
    duration(100),
    60_000,
    'Silence after which a connection counts as dead. Must exceed pingInterval.',
  ),
  maxFrameSize: option('Connections', size(KiB), MiB, 'Largest WebSocket message and request body.'),
  messageRate: option(
    'Connections',
    integer({ min: 0, max: 1_000_000 }),
    1000,
    'Messages per second that a connection may send in the long run. 0 means no limit.',
  ),
  messageBurst: option(
    'Connections',
    integer({ min: 1, max: 10_000_000 }),
    2000,
    'Messages that a connection may send at once before messageRate counts.',
  ),

  maxRooms: option(
    'Rooms',
    integer({ min: 1, max: 100_000_000 }),
    100_000,
    'Rooms at a time; a join that would make one more is refused.',
  ),
  maxRoomsPerConnection: option(
    'Rooms',
    integer({ min: 1, max: 1_000_000 }),
    128,
    'Rooms that one connection may be in.',
  ),
  namespaces: option<Namespaces>(
    'Rooms',
    namespacesType,
    {},
    'Policies of your own namespaces, by name: `join` (`anyone`, `nobody`), `publish` (`members`, `server`), ' +
      '`history` (`{"size", "age"}` or `false`), `presence`, `listed`. Fields left out are `anyone`, `members`, ' +
      '`false`, `false`, `true`. `live` can be redefined; `bridge`, `chat`, `user`, `webhook` and `admin` cannot.',
  ),
  logBudget: option(
    'Rooms',
    size(MiB),
    64 * MiB,
    'Memory for the recent publications of all rooms together. Must not be below maxFrameSize.',
  ),

  flushWindow: option(
    'Delivery',
    duration(),
    10,
    'Longest time that publications of a busy room wait to be sent together. 0 means that none ever waits.',
  ),
  maxBuffer: option(
    'Delivery',
    size(KiB),
    4 * MiB,
    'Bytes that may wait for one connection before it counts as slow. Must exceed maxFrameSize.',
  ),

  drainDelay: option(
    'Shutdown',
    duration(),
    0,
    'Time between `/ready` turning negative and the first connection being closed, for load balancers. 0 means none.',
  ),
  reconnectSpread: option(
    'Shutdown',
    duration(),
    5000,
    'Window over which clients are told to reconnect. 0 means at once.',
  ),
  shutdownTimeout: option(
    'Shutdown',
    duration(100),
    10_000,
    'Longest time for closing everything, after drainDelay; then the process ends with exit code 1.',
  ),

  logLevel: option(
    'Logging',
    choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    'info',
    'Least severity that is logged.',
  ),
  logFormat: option(
    'Logging',
    choice(['auto', 'pretty', 'json']),
    'auto',
    'Form of the log on standard output. `auto` means pretty on a terminal and JSON otherwise. Files are always JSON.',
  ),
  logFile: option('Logging', switchType, true, 'Log to files as well, in the folder `logs` of the data directory.'),
  logFileSize: option('Logging', size(KiB), 10 * MiB, 'Size at which a new log file is begun.'),
  logFileCount: option('Logging', integer({ min: 2, max: 10_000 }), 10, 'Log files that are kept; older ones go.'),
};

export type OptionKey = keyof typeof OPTIONS;

export const OPTION_KEYS = Object.keys(OPTIONS) as readonly OptionKey[];

/** `maxRooms` → `--max-rooms`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `maxRooms` → `ROOMCAST_MAX_ROOMS`. */
export function variableOf(key: string): string {
  return `ROOMCAST_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function option<T>(group: Option<T>['group'], type: OptionType<T>, value: NoInfer<T>, doc: string): Option<T> {
  return { group, type, default: value, doc, secret: false };
}
