import { check, type SignatureCheck } from './check.ts';
import { valuesOf } from './fields.ts';
import { GITHUB } from './github.ts';
import { OWN_HMAC, USUAL_HMAC } from './own-hmac.ts';
import type { OwnHmac, Provider, ProviderId, SignedRequest } from './provider.ts';
import { SHOPIFY } from './shopify.ts';
import { SLACK } from './slack.ts';
import { STANDARD_WEBHOOKS } from './standard-webhooks.ts';
import { STRIPE } from './stripe.ts';

export type { SignatureCheck } from './check.ts';
export { USUAL_HMAC } from './own-hmac.ts';
export type { OwnHmac, ProviderId } from './provider.ts';

/** Whose signatures can be checked, in the order in which they are offered. */
export const PROVIDERS: readonly Provider[] = [STRIPE, GITHUB, SLACK, SHOPIFY, STANDARD_WEBHOOKS, OWN_HMAC];

const OLD_NAMES: Readonly<Partial<Record<ProviderId, string>>> = {
  github: 'X-Hub-Signature',
  standard: 'svix-signature',
};

/** Whose signature a request seems to have, by its headers; null where there is none that is known. */
export function providerOf(request: SignedRequest): ProviderId | null {
  const has = (name: string | undefined) => name !== undefined && valuesOf(request, name).length > 0;
  return PROVIDERS.find(({ id, headers }) => has(headers[0]) || has(OLD_NAMES[id]))?.id ?? null;
}

/**
 * Checks the signature of a captured request, and says why it fails. Nothing leaves the page.
 *
 * `now` (milliseconds since 1970): when it is judged whether the signature is too old. Without it: when the request came,
 * which is what its receiver would have done. `own`: the scheme, for the provider `hmac` alone.
 */
export function checkSignature(
  request: SignedRequest,
  providerId: ProviderId,
  secret: string,
  now: number = Date.parse(request.timestamp),
  own: OwnHmac = USUAL_HMAC,
): Promise<SignatureCheck> {
  const provider = PROVIDERS.find(({ id }) => id === providerId) ?? OWN_HMAC;
  return check(request, provider, secret, now, own);
}
