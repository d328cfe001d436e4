import type { WebhookDetails } from '@roomcast/protocol';
import { parseWebhookAddress } from './addresses.ts';
import type { NewRoute, Route } from './command.ts';
import { ApiFault } from './webhook-api.ts';

const PATIENCE = 30_000;

/**
 * Creates a webhook, so that there is something to forward.
 * @returns where it captures, its secret, and what is to be forwarded
 * @throws ApiFault: rejects
 */
export async function createWebhook({ server, target, key }: NewRoute): Promise<{
  readonly url: string;
  readonly secret: string;
  readonly route: Route;
}> {
  const response = await fetch(`${server}/api/webhooks`, {
    method: 'POST',
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => null);
  if (response === null) throw new ApiFault(`No server answers at ${server}.`, 0);
  const answer = (await response.json().catch(() => null)) as
    | (WebhookDetails & { secret: string; detail?: string })
    | null;
  if (!response.ok || answer === null) {
    throw new ApiFault(answer?.detail ?? `The server answered ${response.status}.`, response.status);
  }
  const { id, secret } = answer;
  // As the user reaches the server, which may know itself by another name.
  const url = `${server}/hooks/${id}`;
  return { url, secret, route: { webhook: parseWebhookAddress(url), target, secret } };
}
