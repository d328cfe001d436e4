import { formatJson } from './format-json.ts';

export interface ArrivalsOptions {
  readonly say: (text: string) => void;
  readonly schedule: (task: () => void, milliseconds: number) => void;
}

const INTERVAL = 1_000;
const LONGEST = 160;

/** Tells screen readers what came, at most once a second: a busy room would otherwise never let them finish. */
export class Arrivals {
  readonly #options: ArrivalsOptions;
  #count = 0;
  #last: unknown = null;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  add(data: unknown): void {
    this.#last = data;
    this.#count += 1;
    if (this.#count === 1) this.#options.schedule(() => this.#say(), INTERVAL);
  }

  #say(): void {
    const text = formatJson(this.#last, Number.POSITIVE_INFINITY).slice(0, LONGEST);
    this.#options.say(this.#count === 1 ? `New message: ${text}` : `${this.#count} new messages, the last: ${text}`);
    this.#count = 0;
  }
}
