import { request } from 'node:http';
import type { PlacedRequest, WebhookDetails } from '@roomcast/protocol';
import { expect } from 'vitest';
import type { Api } from './api.ts';
import { type Answer, type Call, call } from './http.ts';

/** What the creation of a webhook answers. */
export type CreatedWebhook = WebhookDetails & { readonly secret: string };

export interface RequestsPage {
  readonly requests: readonly PlacedRequest[];
  readonly cursor: string | null;
  readonly total: number;
}

/** Creates a webhook. */
export async function createWebhook(
  server: Api,
  wish: object = {},
  headers: Record<string, string> = {},
): Promise<CreatedWebhook> {
  const answer = await server.send('POST', '/api/webhooks', wish, headers);
  expect(answer.status, answer.text).toBe(201);
  return answer.json as CreatedWebhook;
}

/** Sends a request to a webhook, and returns the id under which it was captured. */
export async function capture(server: Api, id: string, sent: Partial<Call> = {}): Promise<string> {
  const { path = '', ...rest } = sent;
  const { headers, status } = await call(server.port, { method: 'POST', ...rest, path: `/hooks/${id}${path}` });
  expect(status).toBeLessThan(300);
  return String(headers['roomcast-request-id']);
}

/** The requests of one page, or the answer where it is none. */
export async function requestsOf(
  server: Api,
  id: string,
  query = '',
  headers: Record<string, string> = {},
): Promise<RequestsPage> {
  const answer = await server.get(`/api/webhooks/${id}/requests?${query}`, headers);
  expect(answer.status, answer.text).toBe(200);
  return answer.json as RequestsPage;
}

/** As `call`, with the bytes of the answer. */
export async function download(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<Omit<Answer, 'text' | 'json'> & { readonly bytes: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<Omit<Answer, 'text' | 'json'> & { bytes: Buffer }>();
  const outgoing = request({ port, path, headers, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) });
    });
  });
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}
