import { oneOfEach } from './fields.ts';
import { type OwnHmac, PLAIN, type Provider } from './provider.ts';

/** What most senders without a scheme of their own do. */
export const USUAL_HMAC: OwnHmac = {
  header: 'X-Signature',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: '',
  timestampHeader: null,
};

/** HMAC as the caller says. */
export const OWN_HMAC: Provider = {
  id: 'hmac',
  label: 'Own HMAC',
  secretHint: 'the key as text',
  headers: [],
  secretForm: 'text',
  secretFault: () => null,
  read(request, { header, algorithm, encoding, prefix, timestampHeader }) {
    const found = oneOfEach(request, timestampHeader ? [header, timestampHeader] : [header]);
    if ('fault' in found) return found;
    const [value = '', timestamp = null] = found;
    if (!value.startsWith(prefix)) return { fault: `${header} does not begin with ${prefix}.` };
    const signatures = [value.slice(prefix.length)];
    const before = timestamp === null ? '' : `${timestamp}.`;
    return { ...PLAIN, header, signatures, algorithm, encoding, before, timestamp };
  },
};
