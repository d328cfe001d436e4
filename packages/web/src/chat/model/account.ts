import type { ChatApi, Login } from '@roomcast/client/chat';
import type { AccountActions } from './chat-model.ts';
import { actionError } from './words.ts';

export interface AccountOptions {
  readonly api: ChatApi;
  readonly entered: (login: Login) => void;
  /** The user is about to log out: that the session ends is no news then. False where it came to nothing. */
  readonly leaving: (isLeaving: boolean) => void;
  readonly left: () => void;
}

/** Login and what belongs to it. */
export class Account implements AccountActions {
  readonly #options: AccountOptions;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  async login(username: string, password: string | null): Promise<void> {
    const { api, entered } = this.#options;
    entered(await tried(api.login(username.trim(), password)));
  }

  async register(username: string, password: string): Promise<void> {
    const { api, entered } = this.#options;
    entered(await tried(api.register(username.trim(), password)));
  }

  logout(): Promise<void> {
    return this.#leave(() => this.#options.api.logout());
  }

  logoutEverywhere(): Promise<void> {
    return this.#leave(() => this.#options.api.logoutEverywhere());
  }

  async changePassword(current: string, next: string): Promise<void> {
    await tried(this.#options.api.changePassword(current, next));
  }

  async #leave(ask: () => Promise<void>): Promise<void> {
    const { leaving, left } = this.#options;
    leaving(true);
    try {
      await tried(ask());
      left();
    } finally {
      leaving(false);
    }
  }
}

/** @throws ActionError */
async function tried<Answer>(action: Promise<Answer>): Promise<Answer> {
  try {
    return await action;
  } catch (error) {
    throw actionError(error);
  }
}
