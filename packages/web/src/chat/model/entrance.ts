import { type ReadonlySignal, signal } from '@preact/signals';
import { type ChatApi, RoomcastError } from '@roomcast/client/chat';
import type { LinkState, Person } from './chat-model.ts';
import { ATTEMPTS } from './link-state.ts';
import type { Platform } from './platform.ts';

export interface EntranceOptions {
  readonly api: ChatApi;
  readonly platform: Pick<Platform, 'clock' | 'now'>;
  readonly link: (link: LinkState) => void;
  /** Null where nobody is logged in. */
  readonly known: (person: Person | null) => void;
}

/** Milliseconds before the first question is asked again, doubled each time. */
const FIRST_WAIT = 1000;

/** Finds out who is there as the page is loaded, again and again as long as the server cannot be reached. */
export class Entrance {
  readonly #options: EntranceOptions;
  readonly #preset = signal<'accounts' | 'open'>('accounts');
  #tries = 0;
  #cancel = () => {};

  constructor(options: EntranceOptions) {
    this.#options = options;
  }

  get preset(): ReadonlySignal<'accounts' | 'open'> {
    return this.#preset;
  }

  /** As a connection says it. */
  learn(preset: 'accounts' | 'open'): void {
    this.#preset.value = preset;
  }

  async ask(): Promise<void> {
    const { api, link, known } = this.#options;
    this.#cancel();
    link({ kind: 'connecting' });
    try {
      const [config, person] = await Promise.all([api.config(), this.who()]);
      this.#tries = 0;
      this.learn(config.preset);
      known(person);
    } catch {
      this.#askLater();
    }
  }

  /** Who is logged in, null where nobody is. Rejects where the server cannot be asked. */
  async who(): Promise<Person | null> {
    try {
      const { user } = await this.#options.api.me();
      return user;
    } catch (error) {
      if (error instanceof RoomcastError && error.code === 'UNAUTHENTICATED') return null;
      throw error;
    }
  }

  stop(): void {
    this.#cancel();
  }

  #askLater(): void {
    const { platform, link } = this.#options;
    const attempt = ++this.#tries;
    if (attempt > ATTEMPTS) {
      this.#tries = 0;
      link({ kind: 'offline' });
      return;
    }
    const wait = FIRST_WAIT * 2 ** (attempt - 1);
    link({ kind: 'reconnecting', attempt, attempts: ATTEMPTS, at: platform.now() + wait });
    this.#cancel = platform.clock.after(wait, () => void this.ask());
  }
}
