import type { Chat } from '@roomcast/client/chat';
import type { Platform } from './platform.ts';

export interface OrphansOptions {
  readonly chat: Chat;
  readonly platform: Pick<Platform, 'clock' | 'visible'>;
}

/**
 * Milliseconds between two looks. Often at first: the tab that is gone may be this one before its reload, and the
 * browser takes a moment to see that it has ended.
 */
const INTERVAL = 15_000;
const FIRST_INTERVAL = 1000;
const FIRST_LOOKS = 5;

/** Looks after messages that closed tabs of this browser have left unsent, as long as the page can be seen. */
export class Orphans {
  readonly #options: OrphansOptions;
  #looks = 0;
  #cancel = () => {};

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  look(): void {
    const { chat, platform } = this.#options;
    this.#cancel();
    void chat.deliver();
    const wait = ++this.#looks > FIRST_LOOKS ? INTERVAL : FIRST_INTERVAL;
    this.#cancel = platform.clock.after(wait, () => {
      if (platform.visible.peek()) this.look();
    });
  }

  stop(): void {
    this.#cancel();
  }
}
