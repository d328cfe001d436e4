import type { Webhook, WebhookService } from './service.ts';

/**
 * Of the secrets that somebody shows the one that is the webhook's. Where none is, the first: what is wrong with it is
 * said as of any other.
 */
export function secretFor(
  { id }: Webhook,
  secrets: readonly string[],
  webhooks: Pick<WebhookService, 'ofSecrets'>,
): string | undefined {
  if (secrets.length < 2) return secrets[0];
  return secrets.find((secret) => webhooks.ofSecrets([secret])[0]?.id === id) ?? secrets[0];
}
