import type { User } from '@roomcast/protocol';
import { RoomcastError } from '../errors.ts';

export interface ChatConfig {
  /** Whether a login needs a password (`accounts`) or a name alone (`open`). */
  readonly preset: 'accounts' | 'open';
}

export interface Login {
  /** Proves who one is; as good as the password until it expires. */
  readonly token: string;
  readonly user: User;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

export interface Identity extends ChatConfig {
  readonly user: User;
  readonly expiresAt: string;
}

type Problem = {
  readonly code?: string;
  readonly detail?: string;
  readonly field?: string;
  readonly retryAfter?: number;
};

/** Milliseconds that an answer may take. */
const TIME = 15_000;

/**
 * Accounts over HTTP. All methods reject with `RoomcastError`: the server's code and words, `OFFLINE` where it could
 * not be reached. In a page the browser keeps the session as a cookie; programs hand in the token.
 */
export class ChatApi {
  readonly #base: string;
  readonly #token: string | undefined;

  /** @param url the server, `http://…` or `ws://…`; in a page, by default the page's own */
  constructor(url = globalThis.location?.origin, token?: string) {
    this.#base = String(url).replace(/^ws/, 'http').replace(/\/+$/, '');
    this.#token = token;
  }

  config(): Promise<ChatConfig> {
    return this.#call('GET', 'config');
  }

  me(): Promise<Identity> {
    return this.#call('GET', 'me');
  }

  /** @param password null in preset `open` */
  login(username: string, password: string | null): Promise<Login> {
    return this.#call('POST', 'login', password === null ? { username } : { username, password });
  }

  register(username: string, password: string): Promise<Login> {
    return this.#call('POST', 'register', { username, password });
  }

  async logout(): Promise<void> {
    await this.#call('POST', 'logout', {});
  }

  /** Ends all sessions of this user, this one too. */
  async logoutEverywhere(): Promise<void> {
    await this.#call('POST', 'logout-all', {});
  }

  /**
   * Ends all other sessions of this user.
   * @param currentPassword null where the user has none yet, as with the preset `open`
   */
  async changePassword(currentPassword: string | null, newPassword: string): Promise<void> {
    await this.#call('POST', 'password', currentPassword === null ? { newPassword } : { currentPassword, newPassword });
  }

  /** What one connection may be opened with, once and soon. */
  ticket(): Promise<{ readonly ticket: string }> {
    return this.#call('POST', 'ticket', {});
  }

  async #call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (this.#token) headers['authorization'] = `Bearer ${this.#token}`;
    if (body) headers['content-type'] = 'application/json';
    const init = { method, headers, signal: AbortSignal.timeout(TIME), ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`${this.#base}/api/auth/${path}`, init).catch((fault: unknown) => {
      throw new RoomcastError('OFFLINE', `The server could not be reached (${fault}).`);
    });
    // A proxy in between may answer with a page.
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    const { code, detail, field, retryAfter }: Problem = answer;
    const words = detail ?? `The server answered ${response.status}.`;
    throw new RoomcastError((code ?? 'INTERNAL_ERROR') as RoomcastError['code'], words, retryAfter, field);
  }
}
