import type { SignedRequest } from './provider.ts';

/** Signature headers by whose they are, for requests that come from somebody else than was thought. */
const OWNERS: Readonly<Record<string, string>> = {
  'stripe-signature': 'Stripe',
  'x-hub-signature-256': 'GitHub, or Meta',
  'x-hub-signature': 'GitHub (the old one), or Meta',
  'x-slack-signature': 'Slack',
  'x-shopify-hmac-sha256': 'Shopify',
  'webhook-signature': 'Standard Webhooks',
  'svix-signature': 'Svix (Standard Webhooks)',
  'x-gitlab-token': 'GitLab',
  'x-twilio-signature': 'Twilio',
  'paddle-signature': 'Paddle',
  'linear-signature': 'Linear',
  'x-razorpay-signature': 'Razorpay',
  'x-line-signature': 'LINE',
  'paypal-transmission-sig': 'PayPal',
  'x-square-hmacsha256-signature': 'Square',
  'x-wc-webhook-signature': 'WooCommerce',
};

/** The values of a header in their order; empty where it is missing. */
export function valuesOf(request: SignedRequest, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return request.rawHeaders.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value.trim());
}

/** The one value of each header in the order of the names, or a sentence on the first that is missing or repeated. */
export function oneOfEach(request: SignedRequest, names: readonly string[]): readonly string[] | { fault: string } {
  const found: string[] = [];
  for (const name of names) {
    const [value, ...more] = valuesOf(request, name);
    if (value === undefined) return { fault: missing(request, name) };
    if (value === '') return { fault: `The header ${name} is empty.` };
    if (more.length > 0) return { fault: `The header ${name} is there ${more.length + 1} times: one is due.` };
    found.push(value);
  }
  return found;
}

/** Says that a header is missing, and which are there instead. */
export function missing(request: SignedRequest, name: string): string {
  const names = request.rawHeaders
    .map(([field]) => field)
    .filter((field) => field.toLowerCase() !== name.toLowerCase());
  const owned = names.find((field) => Object.hasOwn(OWNERS, field.toLowerCase()));
  const sentence = `The header ${name} is missing.`;
  if (owned !== undefined) return `${sentence} There is ${owned}: this looks like ${OWNERS[owned.toLowerCase()]}.`;
  const similar = names.filter((field) => /signature|hmac|digest/i.test(field)).slice(0, 5);
  if (similar.length > 0) return `${sentence} What looks like a signature: ${similar.join(', ')}.`;
  return `${sentence} No header looks like a signature: is signing switched on at the sender, or did a proxy take it off?`;
}
