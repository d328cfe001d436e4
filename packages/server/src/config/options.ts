import { type Namespaces, namespacesType } from './namespaces.ts';
import type { OptionType } from './reading.ts';
import { autoOr, choice, duration, integer, size, switchType } from './scalars.ts';
import {
  directoryType,
  fileType,
  forwardUrlType,
  hostType,
  keysType,
  networksType,
  originsType,
  publicKeyType,
  secretType,
  urlType,
  wordType,
} from './texts.ts';

/** The chapters of `--help` and of the reference, in their order. */
export const GROUPS = [
  'Listening',
  'Access',
  'Connections',
  'Rooms',
  'Chat',
  'Gateway',
  'Webhooks',
  'Delivery',
  'Shutdown',
  'Logging',
] as const;

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
      'Keys for the HTTP API, at least 16 characters each, which may everything; `roomcast keys create` makes others. ' +
        'Without any key the API is open to programs of this machine while the server listens on loopback, and to ' +
        'nobody on other addresses. Better in the environment or the file than in a flag, which other users of the ' +
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
    'Proxies whose `x-forwarded-for` and `x-forwarded-proto` are believed. None means that the headers never are.',
  ),
  tlsCert: option(
    'Access',
    fileType,
    '',
    'PEM file with the certificate and those that vouch for it. With tlsKey the server speaks HTTPS and nothing else. ' +
      'A renewed file is taken up within a minute.',
  ),
  tlsKey: option('Access', fileType, '', 'PEM file with the private key of tlsCert, without a passphrase.'),
  sessionLifetime: option(
    'Access',
    duration(1000),
    24 * 3_600_000,
    'Time after which a login that is not used ends. Each request and each command starts it anew.',
  ),
  loginAttempts: option(
    'Access',
    integer({ min: 0, max: 1_000_000 }),
    10,
    'Wrong passwords per loginWindow for one user from one address. Where that user has not logged in before, the ' +
      'address also has five times as many for all users together, and the user ten times as many from everywhere. ' +
      'Logins that succeed: twenty times as many from one address. 0 means no limit.',
  ),
  loginWindow: option('Access', duration(1000), 900_000, 'Time in which all of loginAttempts come back.'),
  registrationRate: option(
    'Access',
    autoOr(integer({ min: 0, max: 1_000_000 })),
    'auto',
    'Accounts per hour that one address may try to create. `auto` means 30, and no limit for programs of this machine ' +
      '(not for what a proxy on it passes on). 0 means no limit.',
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
      '`history` (`{"size", "age", "durable"}` or `false`), `presence`, `listed`. Fields left out are `anyone`, `members`, ' +
      '`false`, `false`, `true`. `live` can be redefined; `bridge`, `chat`, `user`, `all`, `webhook` and `admin` cannot.',
  ),
  logBudget: option(
    'Rooms',
    size(MiB),
    64 * MiB,
    'Memory for the recent publications of all rooms together. Must not be below maxFrameSize.',
  ),

  preset: option(
    'Chat',
    choice(['accounts', 'open']),
    'accounts',
    '`accounts`: users register with a password and may have several devices. `open`: a username is enough, for ten ' +
      'users who trust each other; each has one connection and one room, and messages are in the order of their clocks.',
  ),
  maxUsers: option(
    'Chat',
    autoOr(integer({ min: 0, max: 10_000_000 })),
    'auto',
    'Users who may be connected at a time. `auto` means 10 with the preset `open` and no limit with `accounts`. ' +
      '0 means no limit.',
  ),
  maxMessageLength: option(
    'Chat',
    integer({ min: 1, max: 100_000 }),
    1000,
    'Longest chat message, in Unicode code points.',
  ),
  joinHistory: option(
    'Chat',
    integer({ min: 0, max: 500 }),
    50,
    'Messages of the recent history that joining a room brings, where the client names no number.',
  ),
  chatMessageRate: option(
    'Chat',
    integer({ min: 0, max: 1_000_000 }),
    10,
    'Chat messages per second of one user. 0 means no limit. Fixed at 10 with the preset `open`.',
  ),
  roomSwitchRate: option(
    'Chat',
    integer({ min: 0, max: 1_000_000 }),
    5,
    'Times per minute that one user may change the room. 0 means no limit. Fixed at 5 with the preset `open`.',
  ),
  roomCreationRate: option(
    'Chat',
    integer({ min: 0, max: 1_000_000 }),
    10,
    'Chat rooms per minute that one user may create. 0 means no limit.',
  ),
  maxChatRooms: option(
    'Chat',
    integer({ min: 1, max: 10_000_000 }),
    100_000,
    'Chat rooms that are kept, deleted ones aside.',
  ),
  presenceGrace: option(
    'Chat',
    duration(),
    3000,
    'Time for which a user whose connection broke still counts as present, so that a quick reconnect is no leave.',
  ),
  retentionMessages: option(
    'Chat',
    integer({ min: 0, max: 1_000_000_000 }),
    0,
    'Messages that are kept of each chat room; older ones are deleted. 0 means all.',
  ),
  retentionDays: option(
    'Chat',
    integer({ min: 0, max: 36_500 }),
    0,
    'Days after which chat messages are deleted. 0 means never.',
  ),

  jwtSecret: {
    ...option(
      'Gateway',
      secretType,
      '',
      'Secret of HS256 tokens, at least 32 characters. With this, jwtPublicKey or jwksUrl, Socket.IO clients need a ' +
        'valid token; without any of them users can register under any id, which is for development on loopback only.',
    ),
    secret: true,
  },
  jwtPublicKey: option(
    'Gateway',
    publicKeyType,
    '',
    'Public key of RS256, ES256 or EdDSA tokens: a PEM file, or its text.',
  ),
  jwksUrl: option('Gateway', urlType, '', 'Address of a JSON Web Key Set with the public keys of tokens.'),
  jwtAudience: option('Gateway', wordType, '', 'The `aud` that tokens must have. Nothing means any.'),
  jwtIssuer: option('Gateway', wordType, '', 'The `iss` that tokens must have. Nothing means any.'),
  pushSecret: {
    ...option(
      'Gateway',
      secretType,
      '',
      'Secret with which backends sign their requests (HMAC-SHA256) instead of sending a key, at least 32 characters.',
    ),
    secret: true,
  },
  forwardUrl: {
    ...option(
      'Gateway',
      forwardUrlType,
      '',
      'Where events of clients go: `https://…` or `http://…` (POST), `redis://…` (stream), `amqp://…` (RabbitMQ), ' +
        '`nats://…` (JetStream) or `kafka://…`. Nothing means that such events are refused.',
    ),
    secret: true,
  },
  forwardSecret: {
    ...option('Gateway', secretType, '', 'Secret with which forwarded events are signed, at least 32 characters.'),
    secret: true,
  },
  forwardTopic: option(
    'Gateway',
    wordType,
    'roomcast.events',
    'Stream, queue, subject or topic of forwarded events, where forwardUrl is not HTTP.',
  ),
  forwardTimeout: option('Gateway', duration(100), 10_000, 'Longest time for the backend to take one event.'),
  forwardConcurrency: option(
    'Gateway',
    integer({ min: 1, max: 10_000 }),
    64,
    'Events on their way to the backend at a time; of one user always one.',
  ),
  forwardReply: option(
    'Gateway',
    choice(['stored', 'backend']),
    'stored',
    'What acknowledges an event to its client: that it is `stored`, or the answer of the `backend`.',
  ),
  outboxSize: option(
    'Gateway',
    size(KiB),
    256 * MiB,
    'Bytes of events that may wait for the backend. When they are full, clients are told to try again later.',
  ),
  recoveryWindow: option(
    'Gateway',
    duration(),
    120_000,
    'Time for which a Socket.IO client that lost its connection may come back and get what it missed. 0 means none.',
  ),
  lifecycleGrace: option(
    'Gateway',
    duration(),
    3000,
    'Time before the backend is told that a user whose connection broke is gone, so that a quick return is no news.',
  ),

  shedDelay: option(
    'Connections',
    duration(),
    250,
    'Lateness of the event loop from which on load is shed: first typing and presence, at twice as much new ' +
      'connections, at four times as much new events. 0 means never.',
  ),
  userEventRate: option(
    'Gateway',
    integer({ min: 0, max: 1_000_000 }),
    200,
    'Events per second for the backend that one user may send, all connections together. 0 means no limit.',
  ),

  webhooks: option(
    'Webhooks',
    choice(['anyone', 'keys', 'off']),
    'anyone',
    'Who may create webhooks: anyone, only programs with an API key of the scope `push`, or nobody (then there are none).',
  ),
  webhookBodySize: option(
    'Webhooks',
    size(KiB),
    MiB,
    'Largest body of a captured request; a third of maxBuffer at most. More is answered 413; what came up to there is kept ' +
      'and marked as truncated.',
  ),
  webhookRequests: option(
    'Webhooks',
    integer({ min: 1, max: 1_000_000 }),
    1000,
    'Requests that a webhook keeps where it is created without saying how many, and ten times as many at most. The oldest go.',
  ),
  webhookAge: option(
    'Webhooks',
    duration(),
    7 * 24 * 3_600_000,
    'Age up to which captured requests are kept, at most. 0 means any.',
  ),
  webhookQuota: option(
    'Webhooks',
    size(MiB),
    1024 * MiB,
    'Bytes of captured requests of all webhooks together. Beyond, the webhook that holds most loses its oldest.',
  ),
  webhookLimit: option(
    'Webhooks',
    integer({ min: 1, max: 1_000_000 }),
    10_000,
    'Webhooks at a time; one that captured nothing for webhookIdle makes place for a new one.',
  ),
  webhookIdle: option(
    'Webhooks',
    duration(),
    30 * 24 * 3_600_000,
    'Time after which a webhook that captures nothing and that nobody watches is deleted. 0 means never.',
  ),
  webhookCreationRate: option(
    'Webhooks',
    autoOr(integer({ min: 0, max: 1_000_000 })),
    'auto',
    'Webhooks per hour that one address may create. `auto` means 30, and no limit for loopback. 0 means no limit.',
  ),
  webhookReplay: option(
    'Webhooks',
    choice(['auto', 'off', 'public', 'any']),
    'auto',
    'Whether captured requests may be sent on to other addresses by this server: not at all, to public addresses, or to ' +
      'any (networks that only this server can reach included). `auto` means public while it listens on loopback, else off.',
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
