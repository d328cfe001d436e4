import type { Identity } from '../core/identity.ts';
import type { SessionStore, StoredUser } from '../store/account-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { hashToken, isToken, newToken } from './tokens.ts';

export interface SessionsOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds without use after which a session ends. */
  readonly lifetime: number;
  /** Tokens of one realm mean nothing in another. */
  readonly realm: string;
}

/** A login that holds. */
export interface Session {
  readonly identity: Identity;
  /** When the user was created. All times in milliseconds since 1970. */
  readonly userSince: number;
  readonly expiresAt: number;
}

interface Entry extends Session {
  expiresAt: number;
  /** The end that the store knows of. */
  savedUntil: number;
  /** Connections that live by this session. */
  watchers: number;
}

/** Why sessions end, in words for the person. */
export const ENDS = {
  expired: 'Your session has expired; log in again.',
  logout: 'You have logged out.',
  everywhere: 'You have logged out everywhere.',
  password: 'Your password was changed; log in again.',
} as const;

export type SessionEnd = (typeof ENDS)[keyof typeof ENDS];

/** Sessions without a connection that are kept at hand, so that each of a page's requests need not ask the store. */
const MOST_RECENT = 10_000;
/** Part of a lifetime by which the store may lag behind: the price of a use is then a number in memory. */
const LAG = 1 / 20;
const LONGEST_SWEEP = 60_000;
const SHORTEST_SWEEP = 50;
const PURGE_INTERVAL = 3_600_000;

/**
 * The login sessions. Using one postpones its end, in memory at once and on disk now and then. Sessions with
 * connections are watched by one timer for all of them.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #watched = new Map<string, Entry>();
  /** Others, in the order of their last use. */
  readonly #recent = new Map<string, Entry>();
  /** Looked up just now, once for all who ask. What ends meanwhile is taken out, and the answer counts no more. */
  readonly #lookups = new Map<string, Promise<Session | null>>();
  readonly #listeners: ((sessionHash: string, reason: SessionEnd) => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sweepAt = Number.POSITIVE_INFINITY;
  #purgeAt = 0;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Told of each watched session that ends. */
  onEnded(listener: (sessionHash: string, reason: SessionEnd) => void): void {
    this.#listeners.push(listener);
  }

  /** @throws StoreError */
  async begin(user: StoredUser): Promise<{ readonly token: string; readonly session: Session }> {
    const { store, clock, lifetime, realm } = this.#options;
    const token = newToken();
    const tokenHash = hashToken(token, realm);
    const createdAt = clock.now();
    const expiresAt = createdAt + lifetime;
    await store.create({ tokenHash, userKey: user.key, createdAt, expiresAt });
    return { token, session: this.#keep(tokenHash, user, expiresAt) };
  }

  /** The hash of what may be a token, or null for what cannot be one. */
  hashOf(text: string): string | null {
    return isToken(text) ? hashToken(text, this.#options.realm) : null;
  }

  /** The session, or null where there is none or it has ended. At once where it is at hand. @throws StoreError */
  find(hash: string): Session | null | Promise<Session | null> {
    const known = this.#at(hash);
    if (known) return this.#unlessExpired(known);
    const running = this.#lookups.get(hash) ?? this.#lookUp(hash);
    this.#lookups.set(hash, running);
    return running;
  }

  /** Notes that the session is used: a command, a request. Cheap enough for every one of them. */
  touch(hash: string): void {
    const entry = this.#at(hash);
    if (!entry) return;
    const { clock, lifetime } = this.#options;
    const now = clock.now();
    if (entry.expiresAt <= now) return; // the sweep is about to end it
    entry.expiresAt = Math.max(entry.expiresAt, now + lifetime);
    if (this.#recent.delete(hash)) this.#recent.set(hash, entry);
    if (entry.expiresAt - entry.savedUntil > lifetime * LAG) this.#save(entry);
  }

  /** A connection lives by this session now. Where the session has ended meanwhile, listeners are told at once. */
  watch(hash: string): void {
    const entry = this.#at(hash);
    if (!entry) {
      queueMicrotask(() => this.#tell(hash, ENDS.expired));
      return;
    }
    entry.watchers++;
    this.#recent.delete(hash);
    this.#watched.set(hash, entry);
    this.#sweepBy(entry.expiresAt);
  }

  /** That connection is gone. */
  unwatch(hash: string): void {
    const entry = this.#watched.get(hash);
    if (!entry || --entry.watchers > 0) return;
    this.#watched.delete(hash);
    this.#remember(entry);
  }

  /** Ends a session. False where there was none. @throws StoreError, and then it has not ended */
  async end(hash: string, reason: SessionEnd): Promise<boolean> {
    const existed = await this.#options.store.delete(hash);
    this.#forget(hash, reason);
    return existed;
  }

  /** Ends all sessions of a user but one. @throws StoreError, and then none has ended */
  async endOfUser(userKey: number, except: string | null, reason: SessionEnd): Promise<void> {
    const ended = await this.#options.store.deleteOfUser(userKey, except);
    for (const hash of ended) this.#forget(hash, reason);
  }

  /** Begins to look for what has expired. */
  start(): void {
    this.sweep();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sweepAt = Number.NEGATIVE_INFINITY; // and no new timer
  }

  /** Ends what has expired, in memory and now and then on disk; the timer calls it. */
  sweep(): void {
    const now = this.#options.clock.now();
    let next = now + LONGEST_SWEEP;
    for (const [hash, { expiresAt }] of this.#watched) {
      if (expiresAt <= now) this.#forget(hash, ENDS.expired);
      else next = Math.min(next, expiresAt);
    }
    for (const [hash, { expiresAt }] of this.#recent) if (expiresAt <= now) this.#recent.delete(hash);
    if (now >= this.#purgeAt) this.#purge(now);
    this.#sweepAt = Number.POSITIVE_INFINITY;
    this.#sweepBy(next);
  }

  #at(hash: string): Entry | undefined {
    return this.#watched.get(hash) ?? this.#recent.get(hash);
  }

  #lookUp(hash: string): Promise<Session | null> {
    const running: Promise<Session | null> = this.#options.store
      .find(hash)
      .then((found) => {
        if (this.#lookups.get(hash) !== running) return null; // it ended while it was looked up
        return found && this.#unlessExpired(this.#keep(hash, found.user, found.session.expiresAt));
      })
      .finally(() => {
        if (this.#lookups.get(hash) === running) this.#lookups.delete(hash);
      });
    return running;
  }

  #keep(sessionHash: string, { key, id, username, createdAt }: StoredUser, expiresAt: number): Entry {
    const identity = { userKey: key, userId: id, username, sessionHash };
    const entry = { identity, userSince: createdAt, expiresAt, savedUntil: expiresAt, watchers: 0 };
    this.#remember(entry);
    return entry;
  }

  #unlessExpired(entry: Entry): Entry | null {
    if (entry.expiresAt > this.#options.clock.now()) return entry;
    this.#forget(entry.identity.sessionHash, ENDS.expired);
    return null;
  }

  #remember(entry: Entry): void {
    this.#recent.set(entry.identity.sessionHash, entry);
    if (this.#recent.size <= MOST_RECENT) return;
    for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest);
      return;
    }
  }

  #forget(hash: string, reason: SessionEnd): void {
    this.#lookups.delete(hash);
    this.#recent.delete(hash);
    if (this.#watched.delete(hash)) this.#tell(hash, reason);
  }

  #tell(hash: string, reason: SessionEnd): void {
    for (const listener of this.#listeners) listener(hash, reason);
  }

  #save(entry: Entry): void {
    // Noted before it is done: where the disk is away, the next twentieth tries again, and not each command.
    entry.savedUntil = entry.expiresAt;
    this.#options.store.extend(entry.identity.sessionHash, entry.expiresAt).catch((err: unknown) => {
      this.#options.log.warn({ err, userId: entry.identity.userId }, 'the use of a session could not be saved');
    });
  }

  #purge(now: number): void {
    const { store, lifetime, log } = this.#options;
    this.#purgeAt = now + Math.min(PURGE_INTERVAL, lifetime);
    // What the store takes for expired may have been used since, by as much as it may lag behind.
    store.deleteExpired(now - lifetime * LAG).catch((err: unknown) => {
      log.warn({ err }, 'expired sessions could not be deleted');
    });
  }

  #sweepBy(time: number): void {
    if (time >= this.#sweepAt) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#sweepAt = time;
    const wait = Math.max(SHORTEST_SWEEP, time - this.#options.clock.now());
    this.#timer = setTimeout(() => this.sweep(), wait).unref();
  }
}
