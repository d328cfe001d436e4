/** What the namespace in front of the colon decides for all its rooms (design: "everything is a room"). */
export interface NamespacePolicy {
  /** `identified`: connections that belong to a logged-in user. */
  readonly join: 'anyone' | 'identified' | 'nobody';
  /** `server`: only programs, over HTTP. */
  readonly publish: 'members' | 'server';
  /**
   * The recent log: most publications, and their greatest age in milliseconds (0 = any age). `durable`: all of it, on
   * disk. False = none.
   */
  readonly history: { readonly size: number; readonly age: number } | 'durable' | false;
  /** Whether members see each other: lists, user_joined, user_left. */
  readonly presence: boolean;
  /** Whether `get_rooms` shows its rooms to clients. */
  readonly listed: boolean;
  /** How its publications are written: as `publication`, or as the messages of people. */
  readonly form?: 'publication' | 'chat_message';
  /** Whether a user whose connection broke still counts as present for a while. */
  readonly grace?: boolean;
  /** Nothing in it is worth catching up: who reads too slowly misses some. */
  readonly ephemeral?: boolean;
}

const CLOSED = { join: 'nobody', publish: 'server', history: false, presence: false, listed: false } as const;

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
  user: CLOSED,
  webhook: CLOSED,
  admin: CLOSED,
};

export type Namespaces = ReadonlyMap<string, NamespacePolicy>;

/** The built-in namespaces with the configured ones over them. */
export function namespaces(configured: Readonly<Record<string, NamespacePolicy>>): Namespaces {
  return new Map(Object.entries({ ...BUILT_IN_NAMESPACES, ...configured }));
}
