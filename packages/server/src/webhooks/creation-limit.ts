import { Throttle } from '../auth/throttle.ts';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/texts.ts';
import { CommandError } from '../core/errors.ts';
import { groupOf } from '../http/admission.ts';
import type { Clock } from '../util/clock.ts';
import type { WebhookCreator } from './service.ts';

/** Webhooks per hour and address, unless configured otherwise. */
const CREATIONS = 30;
const HOUR = 3_600_000;

/**
 * How many webhooks an address may create. Where nobody has configured it, programs of this machine may create as many as
 * they like; not so who comes by a proxy on it, as through a tunnel from anywhere.
 */
export class CreationLimit {
  readonly #throttle: Throttle;
  readonly #sparesLoopback: boolean;

  constructor(rate: Config['webhookCreationRate'], clock: Clock) {
    this.#sparesLoopback = rate === 'auto';
    this.#throttle = new Throttle({ limit: rate === 'auto' ? CREATIONS : rate, period: HOUR, clock });
  }

  /** Counts a creation; what it returns takes that back. @throws CommandError RATE_LIMITED */
  take({ address, isForwarded }: WebhookCreator): () => void {
    if (this.#sparesLoopback && isLoopback(address) && !isForwarded) return () => {};
    const place = groupOf(address);
    const retryAfter = this.#throttle.take(place);
    if (retryAfter === 0) return () => this.#throttle.refund(place);
    const minutes = Math.ceil(retryAfter / 60_000);
    throw new CommandError('RATE_LIMITED', `Too many webhooks from this address; try again in ${minutes} min.`, {
      retryAfter,
    });
  }
}
