import type { PlacedRequest, WebhookDetails } from '@roomcast/protocol';

/** @param wish as `POST /api/webhooks` takes it */
export async function createWebhook(origin: string, wish: object = {}): Promise<WebhookDetails> {
  const response = await fetch(`${origin}/api/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  });
  if (response.status !== 201) throw new Error(`No webhook: ${response.status} ${await response.text()}`);
  return (await response.json()) as WebhookDetails;
}

/** All that a webhook keeps, page by page, oldest first. */
export async function listRequests(origin: string, webhookId: string): Promise<readonly PlacedRequest[]> {
  const all: PlacedRequest[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ order: 'oldest', limit: '60', ...(cursor !== '' && { cursor }) });
    const response = await fetch(`${origin}/api/webhooks/${webhookId}/requests?${query}`);
    const page = (await response.json()) as { requests: PlacedRequest[]; cursor: string | null };
    all.push(...page.requests);
    cursor = page.cursor;
  }
  return all;
}
