import { oneOfEach } from './fields.ts';
import { PLAIN, type Provider } from './provider.ts';

/** Base64 of HMAC-SHA256 of the body. https://shopify.dev/docs/apps/build/webhooks/subscribe/https */
export const SHOPIFY: Provider = {
  id: 'shopify',
  label: 'Shopify',
  secretHint: "the app's client secret, or the signing key below Settings → Notifications → Webhooks",
  headers: ['X-Shopify-Hmac-Sha256'],
  secretForm: 'text',
  secretFault(secret) {
    if (!/^shp(?:at|ca|pa|ua)_/.test(secret)) return null;
    return "This is an access token. The app's client secret is due.";
  },
  read(request) {
    const found = oneOfEach(request, this.headers);
    if ('fault' in found) return found;
    return { ...PLAIN, header: 'X-Shopify-Hmac-Sha256', signatures: found, encoding: 'base64' };
  },
};
