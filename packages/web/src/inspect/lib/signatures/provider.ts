import type { CapturedRequest } from '@roomcast/protocol';
import type { Encoding } from './encodings.ts';
import type { Algorithm } from './hmac.ts';

/** What a check needs of a captured request. */
export type SignedRequest = Pick<
  CapturedRequest,
  'headers' | 'rawHeaders' | 'body' | 'bodyEncoding' | 'truncated' | 'timestamp'
>;

/** A signature scheme of one's own. */
export interface OwnHmac {
  /** Where the signature stands. */
  readonly header: string;
  readonly algorithm: Algorithm;
  readonly encoding: Encoding;
  /** What stands in front of the signature, as `sha256=`; may be empty. */
  readonly prefix: string;
  /** With it, its value and a dot are signed in front of the body; null = the body alone is. */
  readonly timestampHeader: string | null;
}

/** What a request says about its signature. */
export interface Claim {
  /** The header with the signature, as the provider writes it. */
  readonly header: string;
  /** Without prefixes; one that matches is enough. */
  readonly signatures: readonly string[];
  readonly algorithm: Algorithm;
  readonly encoding: Encoding;
  /** What is signed in front of the body. */
  readonly before: string;
  /** When it was signed, as it was sent: seconds since 1970; null where the scheme has no time. */
  readonly timestamp: string | null;
  /** Seconds that may lie between signing and receiving; null where nobody says. */
  readonly tolerance: number | null;
  /** Whether the provider's own libraries accept a time in the future, however far. */
  readonly allowsFuture: boolean;
  /** What is worth knowing besides. */
  readonly notes: readonly string[];
  /** Why a signature that matches is not enough; null where it is. */
  readonly weakness: string | null;
}

/** A claim, or a sentence that says why there is none. */
export type Reading = Claim | { readonly fault: string };

export type ProviderId = 'stripe' | 'github' | 'slack' | 'shopify' | 'standard' | 'hmac';

/** Somebody who signs webhooks, or a standard for it. */
export interface Provider {
  readonly id: ProviderId;
  readonly label: string;
  /** What the secret looks like and where it is found. */
  readonly secretHint: string;
  /** The headers it takes; the first one has the signature. */
  readonly headers: readonly string[];
  /** Whether the secret is the key as it is, or is base64 of it behind `whsec_`. */
  readonly secretForm: 'text' | 'base64';
  /** A sentence on a secret that is plainly something else; null where it may be one. */
  secretFault(secret: string): string | null;
  read(request: SignedRequest, own: OwnHmac): Reading;
}

/** What most schemes have in common. */
export const PLAIN = {
  algorithm: 'sha256',
  encoding: 'hex',
  before: '',
  timestamp: null,
  tolerance: null,
  allowsFuture: false,
  notes: [],
  weakness: null,
} as const satisfies Partial<Claim>;

/** Five minutes, in seconds: what Stripe, Slack and Standard Webhooks agree on. */
export const FIVE_MINUTES = 300;
