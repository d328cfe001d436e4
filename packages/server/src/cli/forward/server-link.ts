import { Roomcast } from '@roomcast/client';
import type { Report } from './report.ts';

/** Whoever forwards to their own machine sits before it: the waits are shorter than a page's. */
const BACKOFF = { min: 500, max: 10_000 };

/** One connection to a server, which says when it is not there, and when it is back. */
export class ServerLink {
  readonly client: Roomcast;
  readonly #server: string;
  readonly #report: Report;
  readonly #onEnd: () => void;
  #awaySince: number | null = null;
  #closed = false;

  /** @param onEnd the server has said that it wants no further attempt */
  constructor(server: string, report: Report, onEnd: () => void) {
    this.#server = server;
    this.#report = report;
    this.#onEnd = onEnd;
    this.client = new Roomcast(server, { backoff: BACKOFF });
    this.client.on('connected', () => this.#back());
    this.client.on('disconnect', ({ reason, reconnect }) => this.#away(reason, reconnect));
    this.client.on('connect_error', ({ message }) => this.#away(message, true));
    this.client.on('state', ({ state, previous, reason = '' }) => {
      const isRefused = state === 'disconnected' && previous !== 'connected';
      if (isRefused) this.#away(reason, false);
    });
  }

  close(): void {
    this.#closed = true;
    this.client.close();
  }

  #away(reason: string, comesBack: boolean): void {
    if (this.#closed) return;
    const details = { server: this.#server, reason };
    if (!comesBack) {
      this.#report.say('refused', `${this.#server} has ended the connection: ${reason}`, details, 'bad');
      this.#onEnd();
    } else if (this.#awaySince === null) {
      this.#awaySince = performance.now();
      const sentence = `NOT CONNECTED to ${this.#server}: ${reason.replace(/\.?$/, '.')} Nothing is forwarded until it is back; trying again.`;
      this.#report.say('disconnected', sentence, details, 'bad');
    }
  }

  #back(): void {
    if (this.#awaySince === null) return;
    const duration = Math.round(performance.now() - this.#awaySince);
    this.#awaySince = null;
    const sentence = `Connected again to ${this.#server} after ${(duration / 1000).toFixed(1)} s.`;
    this.#report.say('connected', sentence, { server: this.#server, duration }, 'good');
  }
}
