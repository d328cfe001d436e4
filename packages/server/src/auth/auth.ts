import type { Peers } from '../http/peer.ts';
import type { SessionStore, UserStore } from '../store/account-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { Accounts } from './accounts.ts';
import type { ApiKeys } from './api-keys.ts';
import { Attempts } from './attempts.ts';
import { Audit } from './audit.ts';
import { Identifier } from './identifier.ts';
import type { Passwords } from './passwords.ts';
import { Sessions } from './sessions.ts';
import { Tickets } from './tickets.ts';

/** What an operator decides about logins; see the options table for the meaning. */
export interface AuthSettings {
  readonly preset: 'accounts' | 'open';
  readonly sessionLifetime: number;
  readonly loginAttempts: number;
  readonly loginWindow: number;
  readonly registrationRate: number | 'auto';
}

export interface AuthOptions {
  readonly store: { readonly users: UserStore; readonly sessions: SessionStore };
  readonly settings: AuthSettings;
  readonly keys: ApiKeys;
  readonly peers: Peers;
  /** Shared, so that hashes have one bound. */
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly log: Logger;
  /** Why a user is not let in just now, in words; null where nothing speaks against it. A new user has no id yet. */
  readonly admit?: (userId: string | null) => string | null;
}

/** Accounts and logins, put together. */
export interface Auth {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly identifier: Identifier;
  readonly audit: Audit;
}

/** `sessions` has to be started, and stopped before the store is closed. */
export function createAuth(options: AuthOptions): Auth {
  const { store, settings, keys, peers, passwords, clock, log, admit = () => null } = options;
  const { preset, sessionLifetime: lifetime, loginAttempts, loginWindow, registrationRate } = settings;
  const audit = new Audit(log, clock);
  // A login by name alone must not outlive a change to `accounts`.
  const realm = preset === 'open' ? 'open:' : '';
  const sessions = new Sessions({ store: store.sessions, clock, log, lifetime, realm });
  const tickets = new Tickets(clock);
  const limits = { attempts: loginAttempts, window: loginWindow, registrations: registrationRate };
  const accounts = new Accounts({
    users: store.users,
    sessions,
    passwords,
    attempts: new Attempts({ ...limits, clock }),
    audit,
    clock,
    preset,
    admit,
  });
  return { accounts, sessions, tickets, audit, identifier: new Identifier({ sessions, tickets, keys, peers }) };
}
