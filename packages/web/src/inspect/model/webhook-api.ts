import type { PlacedRequest, WebhookDetails, WebhookResponse, WebhookRetention } from '@roomcast/protocol';
import { type Call, type Credentials, credentialHeaders, type Http } from './http.ts';

export interface RequestsPage {
  readonly requests: readonly PlacedRequest[];
  /** Where to go on; null = there is no more. A page may be empty before. */
  readonly cursor: string | null;
}

/** A file or field of a multipart body. */
export interface Part {
  readonly index: number;
  readonly name: string | null;
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly size: number;
}

/** What the server to which a request was replayed has answered. */
export interface ReplayAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
  readonly bodyEncoding: 'utf8' | 'base64' | null;
  readonly truncated: boolean;
  /** Milliseconds. */
  readonly duration: number;
}

export interface WebhookChanges {
  readonly response?: Partial<WebhookResponse>;
  readonly retention?: Partial<WebhookRetention>;
  /** Null takes it away. */
  readonly password?: string | null;
}

export type ExportFormat = 'har' | 'json' | 'curl';

/** One webhook over the HTTP API. All methods reject with `ApiError`. */
export class WebhookApi {
  readonly #http: Http;
  readonly #path: string;
  readonly #credentials: () => Credentials;

  /** @param credentials as they are at the time of each call */
  constructor(http: Http, id: string, credentials: () => Credentials) {
    this.#http = http;
    this.#path = `/${encodeURIComponent(id)}`;
    this.#credentials = credentials;
  }

  details(): Promise<WebhookDetails> {
    return this.#http.json(this.#call(''));
  }

  update(changes: WebhookChanges): Promise<WebhookDetails> {
    return this.#http.json({ ...this.#call(''), method: 'PATCH', body: changes });
  }

  async delete(): Promise<void> {
    await this.#http.json({ ...this.#call(''), method: 'DELETE' });
  }

  /** @param query as the API takes it: filters, `limit`, `cursor` */
  requests(query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<RequestsPage> {
    return this.#http.json({ ...this.#call(`/requests?${new URLSearchParams(query)}`), ...(signal && { signal }) });
  }

  request(id: string): Promise<PlacedRequest> {
    return this.#http.json(this.#request(id));
  }

  /** The exact bytes. */
  body(id: string): Promise<Blob> {
    return this.#http.blob(this.#request(id, '/body'));
  }

  async parts(id: string): Promise<readonly Part[]> {
    return (await this.#http.json<{ parts: readonly Part[] }>(this.#request(id, '/parts'))).parts;
  }

  part(id: string, index: number): Promise<Blob> {
    return this.#http.blob(this.#request(id, `/parts/${index}`));
  }

  /** A command for a POSIX shell that repeats the request. */
  curl(id: string): Promise<string> {
    return this.#http.text(this.#request(id, '/curl'));
  }

  async removeRequest(id: string): Promise<void> {
    await this.#http.json({ ...this.#request(id), method: 'DELETE' });
  }

  /** Deletes all requests. */
  async clear(): Promise<void> {
    await this.#http.json({ ...this.#call('/requests'), method: 'DELETE' });
  }

  replay(id: string, url: string): Promise<ReplayAnswer> {
    return this.#http.json({ ...this.#request(id, '/replay'), method: 'POST', body: { url } });
  }

  /** @param filter as the list of requests takes it */
  export(format: ExportFormat, filter: Readonly<Record<string, string>>): Promise<Blob> {
    return this.#http.blob(this.#call(`/export?${new URLSearchParams({ ...filter, format })}`));
  }

  #request(id: string, rest = ''): Call {
    return this.#call(`/requests/${encodeURIComponent(id)}${rest}`);
  }

  #call(path: string): Call {
    return { path: this.#path + path, headers: credentialHeaders(this.#credentials()) };
  }
}
