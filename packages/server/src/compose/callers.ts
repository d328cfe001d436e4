import { Access } from '../auth/access.ts';
import type { ApiKeys } from '../auth/api-keys.ts';
import { createAuth } from '../auth/auth.ts';
import { Origins } from '../auth/origin.ts';
import type { Passwords } from '../auth/passwords.ts';
import { Signatures } from '../auth/signatures.ts';
import type { Chat } from '../chat/chat.ts';
import { Peers } from '../http/peer.ts';
import type { Store } from '../store/store.ts';
import type { Base } from './base.ts';

export type Callers = ReturnType<typeof createCallers>;

export interface CallersOptions {
  readonly store: Store;
  readonly chat: Chat;
  readonly keys: ApiKeys;
  readonly passwords: Passwords;
}

/** Who calls, where from, and what they may. `auth.sessions` has to be started and stopped. */
export function createCallers({ config, clock, log }: Base, { store, chat, keys, passwords }: CallersOptions) {
  const peers = new Peers(config.trustedProxies);
  const auth = createAuth({
    store,
    settings: config,
    keys,
    peers,
    passwords,
    clock,
    log,
    admit: (userId) => chat.refusal(userId),
  });
  auth.sessions.onEnded((sessionHash, reason) => chat.endSession(sessionHash, reason));
  const origins = new Origins(config.allowedOrigins, config.host);
  const signatures = new Signatures({ secret: config.pushSecret, clock });
  const access = new Access({ ...config, keys, signatures, peers, audit: auth.audit });
  return { keys, peers, auth, origins, access };
}
