/** A request as a webhook has captured it. */
export interface CapturedRequest {
  readonly id: string;
  readonly webhookId: string;
  readonly method: string;
  /** The request's target as it was sent: path and query, nothing decoded. */
  readonly url: string;
  /** What of the path stands behind the webhook's id, as it was sent: empty, or begins with a slash. */
  readonly path: string;
  /** What stands behind the question mark, as it was sent. */
  readonly query: string;
  /** As `1.1`. */
  readonly httpVersion: string;
  /** Names in lower case; repeats joined by a comma and a space (cookies: by a semicolon). */
  readonly headers: Readonly<Record<string, string>>;
  /** Name and value of each header as it was sent: order, case and repeats. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  /** Decoded; repeated ones as arrays. */
  readonly queryParams: Readonly<Record<string, string | readonly string[]>>;
  /** Null where there was none. */
  readonly body: string | null;
  /** How `body` is to be read: as text, or as base64 where the bytes are not text. Null where there is none. */
  readonly bodyEncoding: 'utf8' | 'base64' | null;
  /** Bytes of the body that were kept. */
  readonly bodySize: number;
  /** Whether there was more of the body than was kept: it was larger than the limit, or broke off. */
  readonly truncated: boolean;
  /** When its headers had come: ISO 8601, UTC. */
  readonly timestamp: string;
  readonly sourceIp: string;
  readonly userAgent: string | null;
  /** Whether it came over TLS, to this server or to a trusted proxy. */
  readonly secure: boolean;
  /** Milliseconds from its headers to the end of its body. */
  readonly duration: number;
}

/** A captured request with its place in its webhook's log, as it is sent live. */
export interface PlacedRequest extends CapturedRequest {
  readonly offset: number;
  readonly epoch: string;
}

/** Somebody who watches a webhook. */
export interface Watcher {
  readonly connectionId: string;
  /** What they call themselves; null where they say nothing. */
  readonly name: string | null;
  /** The request that they look at. */
  readonly requestId: string | null;
}

/** What a webhook answers to whoever sends it something. */
export interface WebhookResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Milliseconds. */
  readonly delay: number;
  /** Whether pages of any origin may send and read the answer. */
  readonly cors: boolean;
}

/** How much a webhook keeps. */
export interface WebhookRetention {
  /** Most requests. */
  readonly requests: number;
  /** Greatest age in milliseconds; 0 = any. */
  readonly age: number;
}

/** A webhook as the HTTP API shows it. */
export interface WebhookDetails {
  readonly id: string;
  /** Where requests are captured. */
  readonly url: string;
  /** Whether its id was chosen by somebody, so that it can be guessed. */
  readonly named: boolean;
  /** Whether watching it needs its secret or password. */
  readonly locked: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Captured requests that are kept, and their bytes. */
  readonly requests: number;
  readonly bytes: number;
  readonly lastRequestAt: string | null;
  readonly response: WebhookResponse;
  readonly retention: WebhookRetention;
  /** The most that its retention can be set to on this server; an age of 0 = any. */
  readonly retentionLimits: WebhookRetention;
}
