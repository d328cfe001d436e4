import { oneOfEach } from './fields.ts';
import { FIVE_MINUTES, PLAIN, type Provider } from './provider.ts';

/** `t=…,v1=…`, several `v1` while a secret is rolled. https://docs.stripe.com/webhooks#verify-manually */
export const STRIPE: Provider = {
  id: 'stripe',
  label: 'Stripe',
  secretHint: 'whsec_… of this endpoint (each endpoint, test mode and “stripe listen” have their own)',
  headers: ['Stripe-Signature'],
  secretForm: 'text',
  secretFault(secret) {
    if (/^[spr]k_/.test(secret))
      return 'This is an API key. The signing secret of the endpoint is due, it begins with whsec_.';
    if (secret.startsWith('we_')) return "This is the endpoint's id. Its signing secret is due, it begins with whsec_.";
    return secret.startsWith('whsec_') ? null : "Stripe's signing secrets begin with whsec_, this one does not.";
  },
  read(request) {
    const found = oneOfEach(request, this.headers);
    if ('fault' in found) return found;
    const parts = (found[0] ?? '').split(',').map((part) => part.trim().split(/=(.*)/s));
    const valuesFor = (key: string) => parts.filter(([name]) => name === key).map(([, value = '']) => value);
    const [timestamp] = valuesFor('t');
    const signatures = valuesFor('v1');
    if (!timestamp) return { fault: 'Stripe-Signature has no t=, the time of signing: it should be t=…,v1=…' };
    if (signatures.length === 0) return { fault: 'Stripe-Signature has no v1=, the signature: it should be t=…,v1=…' };
    const count = signatures.length;
    const notes = count > 1 ? [`There are ${count} v1 signatures: the secret is being rolled.`] : [];
    const time = { timestamp, tolerance: FIVE_MINUTES, allowsFuture: true };
    return { ...PLAIN, header: 'Stripe-Signature', signatures, before: `${timestamp}.`, ...time, notes };
  },
};
