import { oneOfEach } from './fields.ts';
import { FIVE_MINUTES, PLAIN, type Provider } from './provider.ts';

/** `v0=` and HMAC-SHA256 of `v0:time:body`. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const SLACK: Provider = {
  id: 'slack',
  label: 'Slack',
  secretHint: '32 hexadecimal digits: “Signing Secret” among the app’s basic information',
  headers: ['X-Slack-Signature', 'X-Slack-Request-Timestamp'],
  secretForm: 'text',
  secretFault(secret) {
    if (!/^xox[a-z]-|^xapp-/.test(secret)) return null;
    return 'This is a token. The “Signing Secret” among the app’s basic information is due.';
  },
  read(request) {
    const found = oneOfEach(request, this.headers);
    if ('fault' in found) return found;
    const [signature = '', timestamp = ''] = found;
    if (!signature.startsWith('v0=')) return { fault: 'X-Slack-Signature does not begin with v0=.' };
    const time = { timestamp, tolerance: FIVE_MINUTES };
    const signatures = [signature.slice(3)];
    return { ...PLAIN, header: 'X-Slack-Signature', signatures, before: `v0:${timestamp}:`, ...time };
  },
};
