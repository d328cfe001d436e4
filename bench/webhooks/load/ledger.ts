import type { WatcherResult } from './plan.ts';
import { numberIn } from './request-bytes.ts';

/** A captured request as it comes to a watcher, as far as it is looked at. */
export interface Seen {
  readonly id: string;
  readonly body: string | null;
  readonly offset: number;
  readonly epoch: string;
}

/** Which requests were sent and how they were answered. */
export class Ledger {
  sent = 0;
  answered = 0;
  /** Requests that were not taken. */
  refused = 0;
  /** Whether those that are sent now are timed. They are to their end, whenever that is. */
  isCounting = false;
  /** By number: when it was due, NaN where it is not timed; and the id that it got. */
  readonly #due: number[] = [];
  readonly ids: (string | null | undefined)[] = [];

  /** @returns its number */
  send(due: number): number {
    this.#due.push(this.isCounting ? due : Number.NaN);
    return this.sent++;
  }

  /** Milliseconds since a request was due, for the samples, where it is timed. */
  time(n: number, samples: number[]): void {
    const time = performance.now() - (this.#due[n] ?? Number.NaN);
    if (!Number.isNaN(time)) samples.push(time);
  }

  answer(n: number, id: string | null): void {
    this.ids[n] = id;
    if (id === null) this.refused++;
    else this.answered++;
  }
}

/** What one watcher has got, request by request. */
export class Account {
  received = 0;
  /** Called at each. */
  onRequest: () => void = () => {};
  readonly #ledger: Ledger;
  readonly #received: (n: number) => void;
  /** By number. */
  readonly #ids: (string | undefined)[] = [];
  #doubled = 0;
  #outOfOrder = 0;
  #wrong = 0;
  #epoch: string | null = null;
  #offset = 0;

  /** @param received gets the number of each, at its first arrival */
  constructor(ledger: Ledger, received: (n: number) => void) {
    this.#ledger = ledger;
    this.#received = received;
  }

  /** Where the log stood when it joined. Coming back changes nothing: it must go on where it was. */
  joined(epoch: string, offset: number): void {
    if (this.#epoch !== null) return;
    this.#epoch = epoch;
    this.#offset = offset;
  }

  /** Behind the last request. */
  get position(): { readonly epoch: string; readonly offset: number } | null {
    return this.#epoch === null ? null : { epoch: this.#epoch, offset: this.#offset };
  }

  take({ id, body, offset, epoch }: Seen): void {
    const n = numberIn(body);
    if (offset !== this.#offset + 1) this.#outOfOrder++;
    this.#offset = offset;
    if (Number.isNaN(n) || n >= this.#ledger.sent || epoch !== this.#epoch) this.#wrong++;
    else if (this.#ids[n] !== undefined) this.#doubled++;
    else {
      this.#ids[n] = id;
      this.received++;
      this.#received(n);
    }
    this.onRequest();
  }

  result(): Omit<WatcherResult, 'kind'> {
    const lost = this.#count((_answered, got) => got === undefined);
    const renamed = this.#count((answered, got) => got !== undefined && got !== answered);
    return {
      received: this.received,
      lost,
      doubled: this.#doubled,
      outOfOrder: this.#outOfOrder,
      wrong: this.#wrong + renamed,
    };
  }

  /** How many of those that were answered are so. */
  #count(is: (answered: string, got: string | undefined) => boolean): number {
    const { ids } = this.#ledger;
    return ids.filter((answered, n) => typeof answered === 'string' && is(answered, this.#ids[n])).length;
  }
}
