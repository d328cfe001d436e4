import type { RoomcastServer } from '../host/roomcast.ts';

/** Creates a webhook. @param requests how many it keeps; null = as many as by default. @returns its id */
export async function createWebhook({ port }: RoomcastServer, requests: number | null = null): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requests === null ? {} : { retention: { requests } }),
  });
  const { id } = (await response.json()) as { readonly id?: string };
  if (id === undefined) throw new Error(`creating a webhook is answered ${response.status}`);
  return id;
}
