import { oneOfEach, valuesOf } from './fields.ts';
import { PLAIN, type Provider } from './provider.ts';

const OLD = 'X-Hub-Signature';
const WEAKNESS =
  'X-Hub-Signature-256 is missing: there is only the old X-Hub-Signature (SHA-1), which GitHub keeps for old receivers.';

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export const GITHUB: Provider = {
  id: 'github',
  label: 'GitHub',
  secretHint: "the text that was typed into the webhook's field “Secret”",
  headers: ['X-Hub-Signature-256'],
  secretForm: 'text',
  secretFault(secret) {
    const isToken = /^(?:gh[pousr]_|github_pat_)/.test(secret);
    return isToken ? 'This is an access token. What was typed into the field “Secret” of the webhook is due.' : null;
  },
  read(request) {
    const isOld = valuesOf(request, 'X-Hub-Signature-256').length === 0 && valuesOf(request, OLD).length > 0;
    const header = isOld ? OLD : 'X-Hub-Signature-256';
    const found = oneOfEach(request, [header]);
    if ('fault' in found) return found;
    const [value = ''] = found;
    const prefix = isOld ? 'sha1=' : 'sha256=';
    if (!value.startsWith(prefix)) return { fault: `${header} does not begin with ${prefix}.` };
    const signatures = [value.slice(prefix.length)];
    return { ...PLAIN, header, signatures, ...(isOld ? { algorithm: 'sha1', weakness: WEAKNESS } : {}) };
  },
};
