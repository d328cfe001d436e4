import { ApiError, readError } from './api-error.ts';

/** What somebody shows in order to be let in. */
export interface Credentials {
  readonly secret?: string | undefined;
  readonly password?: string | undefined;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/webhooks`: empty, or begins with a slash or question mark. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The part of `fetch` that is used, so that tests can stand in for it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Milliseconds that an answer may take: that of a replay, and a large body over a slow line. */
const TIME = 60_000;

/** Calls of the HTTP API. All reject with `ApiError`. */
export class Http {
  readonly #base: string;
  readonly #fetch: Fetch;

  /** @param origin of the server, without a slash at the end */
  constructor(origin: string, fetch: Fetch) {
    this.#base = `${origin}/api/webhooks`;
    this.#fetch = fetch;
  }

  async json<Answer>(call: Call): Promise<Answer> {
    const response = await this.send(call);
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  }

  async text(call: Call): Promise<string> {
    return (await this.send(call)).text();
  }

  async blob(call: Call): Promise<Blob> {
    return (await this.send(call)).blob();
  }

  async send({ method = 'GET', path, body, headers = {}, signal }: Call): Promise<Response> {
    const type = body === undefined ? undefined : { 'content-type': 'application/json' };
    const init: RequestInit = {
      method,
      headers: { accept: 'application/json', ...type, ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(TIME)]) : AbortSignal.timeout(TIME),
      cache: 'no-store',
    };
    const response = await this.#fetch(this.#base + path, init).catch(() => {
      throw new ApiError('OFFLINE', 'The server could not be reached.');
    });
    if (!response.ok) throw await readError(response);
    return response;
  }
}

/** The headers that carry credentials; they never stand in a URL. */
export function credentialHeaders({ secret, password }: Credentials): Record<string, string> {
  return { ...(secret && { 'x-webhook-secret': secret }), ...(password && { 'x-webhook-password': password }) };
}
