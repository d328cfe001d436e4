import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { passwordFault } from '@roomcast/protocol';
import { type Attempt, Attempts } from '../auth/attempts.ts';
import { canonical, type Passwords } from '../auth/passwords.ts';
import { Throttle } from '../auth/throttle.ts';
import { CommandError } from '../core/errors.ts';
import { ProblemError } from '../http/problem.ts';
import type { Clock } from '../util/clock.ts';
import type { HeldWebhook } from './held-webhook.ts';
import { refusing } from './refusal.ts';
import { isSecretOf } from './secret.ts';
import type { WebhookCredentials } from './service.ts';

export interface LocksOptions {
  readonly passwords: Passwords;
  readonly clock: Clock;
  /** Wrong passwords per `window` for one webhook from one address; 0 = no limit. See Attempts for the other limits. */
  readonly attempts: number;
  /** Milliseconds. */
  readonly window: number;
}

/** Passwords that a webhook may be given in a minute. */
const CHANGES = 10;
const MINUTE = 60_000;
/** Longer than any password in UTF-16 units: hashing megabytes would cost others their turn. */
const MOST_UNITS = 2048;
/** Webhooks whose right password is known again without argon2. */
const MOST_KNOWN = 10_000;

/** Who may watch a webhook, and who may change it. */
export class Locks {
  readonly #options: LocksOptions;
  /** As for users: who has shown the right password is not locked out by what others guess elsewhere. */
  readonly #attempts: Attempts;
  /** Hashing takes a processor and much memory, which logins need too. */
  readonly #changes: Throttle;
  /** A page reads with its password again and again: the last one that was right, by its hash and in a keyed digest. */
  readonly #known = new Map<string, Buffer>();
  readonly #key = randomBytes(32);

  constructor(options: LocksOptions) {
    const { attempts, window, clock } = options;
    this.#options = options;
    this.#attempts = new Attempts({ attempts, window, registrations: 0, clock });
    this.#changes = new Throttle({ limit: CHANGES, period: MINUTE, clock });
  }

  /** @throws CommandError UNAUTHENTICATED */
  requireSecret(webhook: HeldWebhook, secret: string | undefined): void {
    if (secret !== undefined && isSecretOf(webhook.secretHash, secret)) return;
    const detail =
      secret === undefined ? 'This needs the secret of the webhook.' : 'That is not the secret of the webhook.';
    throw new CommandError('UNAUTHENTICATED', detail);
  }

  /** @throws CommandError UNAUTHENTICATED, RATE_LIMITED, OVERLOADED: rejects */
  async requireWatch(webhook: HeldWebhook, { secret, password }: WebhookCredentials, address: string): Promise<void> {
    if (!webhook.isLocked) return;
    if (secret !== undefined && isSecretOf(webhook.secretHash, secret)) return;
    if (password !== undefined && webhook.passwordHash !== null) {
      if (await this.#isPasswordOf(webhook, webhook.passwordHash, password, address)) return;
      throw new CommandError('UNAUTHENTICATED', 'That is not the password of the webhook.');
    }
    if (secret !== undefined) throw new CommandError('UNAUTHENTICATED', 'That is not the secret of the webhook.');
    const needed = webhook.hasPassword ? 'password or secret' : 'secret';
    throw new CommandError('UNAUTHENTICATED', `Watching this webhook needs its ${needed}.`);
  }

  /**
   * The hash of a new password of a webhook.
   * @throws CommandError VALIDATION_ERROR, RATE_LIMITED, OVERLOADED: rejects
   */
  async hashOf(id: string, password: string): Promise<string> {
    const fault = passwordFault(password.length > MOST_UNITS ? password.slice(0, MOST_UNITS) : canonical(password));
    if (fault !== null) throw new CommandError('VALIDATION_ERROR', fault, { field: 'body.password' });
    const retryAfter = this.#changes.take(id);
    if (retryAfter > 0) throw tooMany('changes of the password', retryAfter);
    return refusing(() => this.#options.passwords.hash(password));
  }

  async #isPasswordOf(webhook: HeldWebhook, hash: string, password: string, address: string): Promise<boolean> {
    if (password.length > MOST_UNITS) return false;
    // Counted before anything is compared: who may guess no more must not learn whether it would have been right.
    const attempt = this.#begin(webhook, address);
    const digest = createHmac('sha256', this.#key).update(canonical(password)).digest();
    const known = this.#known.get(hash);
    if (!(known && timingSafeEqual(known, digest))) {
      // What fails for a reason of the server's own is no guess.
      const isRight = await refusing(() => this.#options.passwords.verify(hash, password)).catch((error: unknown) => {
        attempt.undone();
        throw error;
      });
      if (!isRight) return false;
      this.#remember(hash, digest);
    }
    attempt.succeeded();
    return true;
  }

  /** @throws CommandError RATE_LIMITED */
  #begin({ id }: HeldWebhook, address: string): Attempt {
    try {
      return this.#attempts.login(id, address);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const { retryAfter } = error.problem;
      throw tooMany('wrong passwords', Number(retryAfter), ' The secret of the webhook opens it all the same.');
    }
  }

  #remember(hash: string, digest: Buffer): void {
    this.#known.set(hash, digest);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) return;
      this.#known.delete(oldest);
    }
  }
}

function tooMany(what: string, retryAfter: number, more = ''): CommandError {
  const seconds = Math.ceil(retryAfter / 1000);
  return new CommandError('RATE_LIMITED', `Too many ${what}; try again in ${seconds} s.${more}`, { retryAfter });
}
