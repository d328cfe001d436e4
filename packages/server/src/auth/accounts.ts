import { LIMITS, passwordFault, usernameFault } from '@roomcast/protocol';
import type { Peer } from '../http/peer.ts';
import { ProblemError } from '../http/problem.ts';
import type { StoredUser, UserStore } from '../store/account-store.ts';
import { StoreError } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { newId } from '../util/ids.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import { canonical, type Passwords } from './passwords.ts';
import { ENDS, type Session, type Sessions } from './sessions.ts';

export interface AccountsOptions {
  readonly users: UserStore;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly attempts: Attempts;
  readonly audit: Audit;
  readonly clock: Clock;
  /** `accounts`: name and password. `open`: a name alone, and whoever is unknown is created. */
  readonly preset: 'accounts' | 'open';
  /** Why a user is not let in just now, in words; null where nothing speaks against it. A new user has no id yet. */
  readonly admit: (userId: string | null) => string | null;
}

/** What somebody writes into the form. */
export interface Credentials {
  readonly username: string;
  readonly password?: string | undefined;
}

/** A login that has succeeded: the token is shown this once. */
export interface Login {
  readonly token: string;
  readonly session: Session;
}

const WRONG = 'Wrong username or password.';

/** Who there is, and who may come in. All methods also reject with StoreError. */
export class Accounts {
  readonly #options: AccountsOptions;

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  /**
   * Creates a user and logs it in.
   * @throws ProblemError VALIDATION_ERROR, CONFLICT, RATE_LIMITED, OVERLOADED, SERVER_BUSY
   */
  async register({ username, password }: Credentials, peer: Peer): Promise<Login> {
    const { address } = peer;
    const { users, passwords, preset } = this.#options;
    const isOpen = preset === 'open';
    checkUsername(username);
    this.#countRegistration(username, peer);
    const secret = isOpen ? null : checkPassword(password, 'body.password');
    if (await users.findByName(username)) throw taken();
    this.#admit(null, username, address);
    this.#countSession(username, peer);
    const user = await this.#create(username, secret === null ? null : await passwords.hash(secret), address);
    if (!user) throw taken();
    return this.#begin(user, address);
  }

  /** @throws ProblemError UNAUTHENTICATED, VALIDATION_ERROR, RATE_LIMITED, OVERLOADED, SERVER_BUSY */
  async login({ username, password }: Credentials, peer: Peer): Promise<Login> {
    if (this.#options.preset === 'open') return this.#enter(username, peer);
    const { address } = peer;
    if (password === undefined) throw invalid('body.password is missing.', 'body.password');
    const user = await this.#proven(username, password, address);
    this.#admit(user.id, username, address);
    this.#countSession(username, peer);
    const login = await this.#begin(user, address);
    await this.#checkUnchanged(user, password, login);
    await this.#renewHash(user, password);
    return login;
  }

  /** @param hash names the session; null or unknown ones have been logged out already */
  async logout(hash: string | null, address: string): Promise<void> {
    const session = hash === null ? null : await this.#options.sessions.find(hash);
    if (!session) return;
    const { sessionHash, userId, username } = session.identity;
    await this.#options.sessions.end(sessionHash, ENDS.logout);
    this.#options.audit.done({ userId, username, address }, 'user logged out');
  }

  /** Ends all sessions of the user, this one too. */
  async logoutEverywhere({ identity }: Session, address: string): Promise<void> {
    const { userKey, userId, username } = identity;
    await this.#options.sessions.endOfUser(userKey, null, ENDS.everywhere);
    this.#options.audit.done({ userId, username, address }, 'user logged out everywhere');
  }

  /**
   * Sets another password and ends the user's other sessions. Guessing the present one is throttled as at the login.
   * @param current empty where the user has none, as with the preset `open`: the first one is for when it changes
   * @throws ProblemError VALIDATION_ERROR, RATE_LIMITED, OVERLOADED
   */
  async changePassword({ identity }: Session, current: string, next: string, address: string): Promise<void> {
    const { users, sessions, passwords, audit } = this.#options;
    const { userKey, userId, username, sessionHash } = identity;
    const secret = checkPassword(next, 'body.newPassword');
    // First the password, then the sessions: see #checkUnchanged.
    if (current === '') await this.#setFirstPassword(userKey, secret);
    else if (await this.#verified(username, current, address)) {
      await users.setPasswordHash(userKey, await passwords.hash(secret));
    } else throw invalid('This is not your current password.', 'body.currentPassword');
    await sessions.endOfUser(userKey, sessionHash, ENDS.password);
    audit.done({ userId, username, address }, 'password changed');
  }

  /** Whoever is logged in without a password needs none to set one; of two at once, the first has it. */
  async #setFirstPassword(userKey: number, secret: string): Promise<void> {
    const { users, passwords } = this.#options;
    const needed = invalid('Your current password is needed.', 'body.currentPassword');
    const user = await users.findByKey(userKey);
    if (user?.passwordHash !== null) throw needed;
    if (!(await users.setPasswordHash(userKey, await passwords.hash(secret), null))) throw needed;
  }

  /** The preset `open`: a name is enough. */
  async #enter(username: string, peer: Peer): Promise<Login> {
    const { address } = peer;
    checkUsername(username);
    const known = await this.#options.users.findByName(username);
    this.#admit(known?.id ?? null, username, address);
    this.#countSession(username, peer);
    if (known) return this.#begin(known, address);
    this.#countRegistration(username, peer);
    // Somebody else may have created the same at the same moment: here both are the same person.
    const user = (await this.#create(username, null, address)) ?? (await this.#options.users.findByName(username));
    if (!user) throw new StoreError('unavailable', 'A user that exists could not be found.');
    return this.#begin(user, address);
  }

  async #proven(username: string, password: string, address: string): Promise<StoredUser> {
    const user = await this.#verified(username, password, address);
    if (user) return user;
    throw new ProblemError('UNAUTHENTICATED', WRONG);
  }

  /** The user, if the password is right. Wrong ones, unknown users and those without a password take equally long. */
  async #verified(username: string, password: string, address: string): Promise<StoredUser | null> {
    const { users, passwords, attempts, audit } = this.#options;
    // What is no username cannot be a user's: nothing is given away. It may be a password in the wrong field, too.
    if (usernameFault(username) !== null) {
      audit.refused({ username: null, address }, 'login failed');
      return null;
    }
    const attempt = this.#noting({ username, address }, 'login throttled', () => attempts.login(username, address));
    try {
      const user = await users.findByName(username);
      const isRight = await passwords.verify(user?.passwordHash ?? null, password.slice(0, MOST_UNITS));
      if (user && isRight) {
        attempt.succeeded();
        return user;
      }
    } catch (error) {
      attempt.undone();
      throw error;
    }
    audit.refused({ username, address }, 'login failed');
    return null;
  }

  async #begin(user: StoredUser, address: string): Promise<Login> {
    const { sessions, audit } = this.#options;
    const { id: userId, username } = user;
    const login = await sessions.begin(user);
    audit.done({ userId, username, address }, 'user logged in');
    return login;
  }

  /**
   * A password that was changed while this login was under way: either the change saw this session and ended it, or
   * this sees the change. (The same password may have another hash: another login may have renewed it.)
   */
  async #checkUnchanged(user: StoredUser, password: string, { session }: Login): Promise<void> {
    const { users, sessions, passwords } = this.#options;
    const now = await users.findByKey(user.key);
    if (now?.passwordHash === user.passwordHash) return;
    if (now && (await passwords.verify(now.passwordHash, password))) return;
    await sessions.end(session.identity.sessionHash, ENDS.password);
    throw new ProblemError('UNAUTHENTICATED', WRONG);
  }

  /** A hash that was made at another cost is made anew; where that cannot be done now, at a later login. */
  async #renewHash({ key, passwordHash }: StoredUser, password: string): Promise<void> {
    const { users, passwords } = this.#options;
    if (passwordHash === null || !passwords.isOutdated(passwordHash)) return;
    try {
      await users.setPasswordHash(key, await passwords.hash(password), passwordHash);
    } catch (error) {
      if (!(error instanceof StoreError || error instanceof ProblemError)) throw error;
    }
  }

  /** Null where the name has been taken meanwhile. */
  async #create(username: string, passwordHash: string | null, address: string): Promise<StoredUser | null> {
    const { users, clock, audit } = this.#options;
    try {
      const user = await users.create({ id: newId(), username, passwordHash, createdAt: clock.now() });
      audit.done({ userId: user.id, username, address }, 'user registered');
      return user;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') return null;
      throw error;
    }
  }

  #admit(userId: string | null, username: string, address: string): void {
    const reason = this.#options.admit(userId);
    if (reason === null) return;
    this.#options.audit.refused({ username, address, reason }, 'login refused');
    throw new ProblemError('SERVER_BUSY', reason);
  }

  #countRegistration(username: string, peer: Peer): void {
    const { attempts } = this.#options;
    const fields = { username, address: peer.address };
    this.#noting(fields, 'registration throttled', () => attempts.registration(peer));
  }

  #countSession(username: string, peer: Peer): void {
    const { attempts } = this.#options;
    const fields = { username, address: peer.address };
    this.#noting(fields, 'login throttled', () => attempts.session(peer));
  }

  #noting<T>(fields: object, event: string, count: () => T): T {
    try {
      return count();
    } catch (error) {
      this.#options.audit.refused(fields, event);
      throw error;
    }
  }
}

/** Longer than any password in UTF-16 units: hashing megabytes would cost others their turn. */
const MOST_UNITS = 4 * LIMITS.passwordMax;

function checkUsername(username: string): void {
  const fault = usernameFault(username);
  if (fault !== null) throw invalid(fault, 'body.username');
}

function checkPassword(password: string | undefined, field: string): string {
  if (password === undefined) throw invalid(`${field} is missing.`, field);
  const fault = passwordFault(password.length > MOST_UNITS ? password.slice(0, MOST_UNITS) : canonical(password));
  if (fault !== null) throw invalid(fault, field);
  return password;
}

function invalid(detail: string, field: string): ProblemError {
  return new ProblemError('VALIDATION_ERROR', detail, { field });
}

function taken(): ProblemError {
  return new ProblemError('CONFLICT', 'Username taken', { field: 'body.username' });
}
