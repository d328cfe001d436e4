/** What the namespace in front of the colon decides for all its rooms (design: "everything is a room"). */
export interface NamespacePolicy {
  /** `identified`: connections that belong to a logged-in user. */
  readonly join: 'anyone' | 'identified' | 'nobody';
  /** `server`: only programs, over HTTP. */
  readonly publish: 'members' | 'server';
  /** The recent log: most publications, and their greatest age in milliseconds (0 = any age). False = none. */
  readonly history: { readonly size: number; readonly age: number } | false;
  /** Whether members see each other: lists, user_joined, user_left. */
  readonly presence: boolean;
  /** Whether `get_rooms` shows its rooms to clients. */
  readonly listed: boolean;
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
  chat: { ...CLOSED, join: 'identified', presence: true, listed: false },
  user: CLOSED,
  webhook: CLOSED,
  admin: CLOSED,
};

export type Namespaces = ReadonlyMap<string, NamespacePolicy>;

/** The built-in namespaces with the configured ones over them. */
export function namespaces(configured: Readonly<Record<string, NamespacePolicy>>): Namespaces {
  return new Map(Object.entries({ ...BUILT_IN_NAMESPACES, ...configured }));
}
