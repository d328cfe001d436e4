import { oneOfEach, valuesOf } from './fields.ts';
import { FIVE_MINUTES, PLAIN, type Provider } from './provider.ts';

const NAMES = ['signature', 'id', 'timestamp'];

/**
 * Base64 of HMAC-SHA256 of `id.time.body`; several signatures with a space between. Svix sends the same with names of
 * its own. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const STANDARD_WEBHOOKS: Provider = {
  id: 'standard',
  label: 'Standard Webhooks',
  secretHint: 'whsec_ and base64',
  headers: ['webhook-signature', 'webhook-id', 'webhook-timestamp'],
  secretForm: 'base64',
  secretFault(secret) {
    if (/^whpk_/.test(secret)) return 'This is a public key (v1a). The secret is due, it begins with whsec_.';
    return /^whsk_/.test(secret) ? 'This is a private key (v1a). The secret is due, it begins with whsec_.' : null;
  },
  read(request) {
    const isSvix =
      valuesOf(request, 'webhook-signature').length === 0 && valuesOf(request, 'svix-signature').length > 0;
    const names = NAMES.map((name) => (isSvix ? `svix-${name}` : `webhook-${name}`));
    const found = oneOfEach(request, names);
    if ('fault' in found) return found;
    const [list = '', id = '', timestamp = ''] = found;
    const parts = list.split(/\s+/).map((part) => part.split(/,(.*)/s));
    const signatures = parts.filter(([version]) => version === 'v1').map(([, value = '']) => value);
    const others = [...new Set(parts.map(([version = '']) => version))].filter((version) => version !== 'v1');
    const notes = others.map((version) =>
      version === 'v1a'
        ? 'A v1a signature (ed25519) is there, too: it is not checked here.'
        : `${clip(version)} is not checked here.`,
    );
    const header = names[0] ?? '';
    if (signatures.length === 0) {
      const only = others.includes('v1a') ? 'only v1a (ed25519), which is not checked here' : 'it should be v1,…';
      return { fault: `${header} has no v1 signature: ${only}.` };
    }
    const time = { timestamp, tolerance: FIVE_MINUTES };
    return { ...PLAIN, header, signatures, encoding: 'base64', before: `${id}.${timestamp}.`, ...time, notes };
  },
};

function clip(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}
