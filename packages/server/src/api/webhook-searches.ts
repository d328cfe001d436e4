import type { FastifyReply } from 'fastify';
import type { RequestFilter } from '../store/webhook-store.ts';
import { goneSignal, onceGone } from './webhook-gone.ts';
import { Shares } from './webhook-shares.ts';

/** Searches under way or waiting for their turn: in all, and of one address. */
const IN_ALL = 32;
const EACH = 4;

/** What may look through many bodies. */
export class Searches {
  readonly #shares = new Shares({ of: 'searches', inAll: IN_ALL, each: EACH });

  /**
   * Carries out a search; plain lists are none, and free.
   * @param address of who asks
   * @param work gets a signal: nobody waits for it any more
   * @returns null where that is so
   * @throws CommandError RATE_LIMITED, OVERLOADED where there are too many: rejects
   */
  async run<T>(
    { raw }: FastifyReply,
    address: string,
    filter: RequestFilter,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    const signal = goneSignal(raw);
    const leave = Object.keys(filter).length === 0 ? () => {} : this.#shares.take(address);
    onceGone(raw, leave); // what waits for its turn is out of it at once
    try {
      return await work(signal);
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    } finally {
      leave();
    }
  }
}
