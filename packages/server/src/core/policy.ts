/** What the namespace in front of the colon decides for all its rooms (design: "everything is a room"). */
export interface NamespacePolicy {
  /** `identified`: connections that belong to a logged-in user. */
  readonly join: 'anyone' | 'identified' | 'nobody';
  /** `server`: only programs, over HTTP. `nobody`: only the server itself. */
  readonly publish: 'members' | 'server' | 'nobody';
  /**
   * The recent log: most publications, their greatest age in milliseconds (0 = any age), and whether it is on disk.
   * `durable`: all of it, on disk. False = none.
   */
  readonly history: { readonly size: number; readonly age: number; readonly durable?: boolean } | 'durable' | false;
  /** Whether members see each other: lists, user_joined, user_left. */
  readonly presence: boolean;
  /** Whether `get_rooms` shows its rooms to clients. */
  readonly listed: boolean;
  /**
   * How its publications are written: as `publication`, as the messages of people, or as events of their own name whose
   * data (an object) has `offset` and `epoch` put before it.
   */
  readonly form?: 'publication' | 'chat_message' | 'event';
  /** Whether a user whose connection broke, or who leaves right after coming, still counts as present for a while. */
  readonly grace?: boolean;
  /** Nothing in it is worth catching up: who reads too slowly misses some. */
  readonly ephemeral?: boolean;
  /** Whether nothing but the server itself puts anybody into its rooms, whatever a token grants. */
  readonly reserved?: boolean;
  /** Whether clients stay in its rooms for as long as they are the user's: they are how a backend reaches the user. */
  readonly keeps?: boolean;
}

const CLOSED = {
  join: 'nobody',
  publish: 'server',
  history: false,
  presence: false,
  listed: false,
  reserved: true,
} as const;

/** The namespaces that exist without configuration. The closed ones are reserved, so that nobody squats on them. */
export const BUILT_IN_NAMESPACES: Readonly<Record<string, NamespacePolicy>> = {
  bridge: { join: 'anyone', publish: 'members', history: false, presence: false, listed: false },
  live: {
    join: 'anyone',
    publish: 'members',
    history: { size: 256, age: 300_000 },
    presence: true,
    listed: true,
  },
  chat: {
    join: 'identified',
    publish: 'members',
    history: 'durable',
    presence: true,
    listed: false,
    form: 'chat_message',
    grace: true,
  },
  // A user's own line, and everybody's: what a backend has pushed outlives a broken connection and a crash.
  user: { ...CLOSED, history: { size: 1000, age: 3_600_000, durable: true }, keeps: true },
  all: { ...CLOSED, history: { size: 1000, age: 3_600_000, durable: true }, keeps: true },
  // Who may watch is the webhooks' business; how much is kept as well, webhook by webhook.
  webhook: {
    ...CLOSED,
    publish: 'nobody',
    history: { size: Number.MAX_SAFE_INTEGER, age: 0, durable: true },
    form: 'event',
  },
  admin: { ...CLOSED, publish: 'nobody' },
};

export type Namespaces = ReadonlyMap<string, NamespacePolicy>;

/** The built-in namespaces with the configured ones over them. */
export function namespaces(configured: Readonly<Record<string, NamespacePolicy>>): Namespaces {
  return new Map(Object.entries({ ...BUILT_IN_NAMESPACES, ...configured }));
}
