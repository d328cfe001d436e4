import { readFile } from 'node:fs/promises';
import type { PlacedRequest, WebhookDetails } from '@roomcast/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BODIES } from './support/bodies.ts';
import { type Forwarder, startForwarding } from './support/bodies-forwarder.ts';
import { bytesOf, type SentBody, sendAll } from './support/bodies-stage.ts';
import { type RawTarget, startTarget } from './support/bodies-target.ts';
import { type Watcher, watchNatively, watchOverSocketIo } from './support/bodies-watchers.ts';
import { createWebhook, listRequests } from './support/bodies-webhook.ts';
import { poll } from './support/poll.ts';
import { setStage } from './support/stage.ts';

const stage = setStage();

describe('200 real-world bodies, sent by curl, by Node and by hand', () => {
  let webhook: WebhookDetails;
  let native: Watcher;
  let socketIo: Watcher;
  let target: RawTarget;
  let forwarder: Forwarder;
  let sent: readonly SentBody[];

  beforeAll(async () => {
    webhook = await createWebhook(stage.server.url);
    const { port } = stage.server;
    target = await startTarget();
    [native, socketIo, forwarder] = await Promise.all([
      watchNatively(port, webhook.id),
      watchOverSocketIo(port, webhook.id),
      startForwarding(webhook.url, `${target.url}/base`),
    ]);
    sent = await sendAll(port, webhook.id);
  });

  afterAll(async () => {
    native?.close();
    socketIo?.close();
    await forwarder?.stop();
    await target?.close();
  });

  test('W11 each is answered with an id of its own', () => {
    expect(BODIES).toHaveLength(200);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(200);
  });

  test('W6 W11 the list gives back every byte, and method, target and headers as they were sent', async () => {
    expectAsSent(await listRequests(stage.server.url, webhook.id), sent, webhook.id);
  });

  test('W6 W11 asked for one by one, record and bytes are the same', async () => {
    const url = `${stage.server.url}/api/webhooks/${webhook.id}/requests`;
    const records: PlacedRequest[] = [];
    for (const { id, name, bytes } of sent) {
      const [record, body] = await Promise.all([fetch(`${url}/${id}`), fetch(`${url}/${id}/body`)]);
      records.push((await record.json()) as PlacedRequest);
      expect(body.headers.get('content-disposition'), name).toMatch(/^attachment/);
      expectBytes(Buffer.from(await body.arrayBuffer()), bytes, name);
    }
    expectAsSent(records, sent, webhook.id);
  });

  test('W5 W6 a watcher of the native protocol got each of them live, complete and in order', async () => {
    await poll(() => native.requests.length).toBe(200);
    expectAsSent(native.requests, sent, webhook.id);
  });

  test('W5 W6 a watcher over Socket.IO got each of them live, complete and in order', async () => {
    await poll(() => socketIo.requests.length).toBe(200);
    expectAsSent(socketIo.requests, sent, webhook.id);
  });

  test('W6 W11 `roomcast forward` hands each on with method, path, query, headers and every byte', async () => {
    await poll(() => target.arrived.length).toBe(200);
    const { host } = new URL(target.url);
    for (const [index, { name, bytes, method, pathAndQuery, headers }] of sent.entries()) {
      const arrived = target.arrived[index];
      if (!arrived) throw new Error(`${name} was not forwarded`);
      expectBytes(arrived.body, bytes, name);
      expect([arrived.method, arrived.target], name).toEqual([method, `/base${pathAndQuery}`]);
      expect(endToEnd(arrived.headers), name).toEqual(endToEnd(headers).map((header) => withHost(header, host)));
    }
    await expect(forwarder.stop()).resolves.toBe(0);
  });
});

/** One of each kind. */
const SHOWN = [
  'JSON, Stripe charge.succeeded, tabs and CRLF',
  'JSON, a byte order mark',
  'form, wrong escapes',
  'multipart, several files of one name',
  'XML in latin1',
  'Content-Encoding gzip, cut off',
  'file, PNG of 64 × 64',
  'odd text, escapes',
  'no UTF-8, a pair of surrogates (CESU-8)',
  '1 MB, random bytes',
];

test('W6 W11 the page’s download saves every byte of ten bodies of all kinds', async () => {
  const { id } = await createWebhook(stage.server.url);
  const shown = BODIES.filter(({ name }) => SHOWN.includes(name));
  const sent = await sendAll(stage.server.port, id, shown);
  expect(sent).toHaveLength(10);

  const page = await stage.page({ acceptDownloads: true });
  await page.goto(`${stage.server.url}/inspect/${id}`);
  for (const { id: requestId, name, bytes } of sent) {
    await page.locator(`[data-request="${requestId}"]`).click();
    await page.locator(`[data-request="${requestId}"][aria-selected=true]`).waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    const download = await downloading;
    expect(download.suggestedFilename(), name).toContain(requestId);
    expectBytes(await readFile(await download.path()), bytes, name);
  }
});

/** Whether these are all requests that were sent, each as it was sent. */
function expectAsSent(found: readonly PlacedRequest[], sent: readonly SentBody[], webhookId: string): void {
  expect(found.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
  expect(found.map(({ offset }) => offset)).toEqual(sent.map((_, index) => (found[0]?.offset ?? 0) + index));
  for (const [index, { name, bytes, method, pathAndQuery, headers }] of sent.entries()) {
    const request = found[index];
    if (!request) throw new Error(`${name} is missing`);
    expectBytes(bytesOf(request), bytes, name);
    expect(request, name).toMatchObject({ method, url: `/hooks/${webhookId}${pathAndQuery}`, webhookId });
    expect({ size: request.bodySize, truncated: request.truncated }).toEqual({ size: bytes.length, truncated: false });
    expect(request.rawHeaders, name).toEqual(headers);
  }
}

/** Says which body, and not a million bytes of it. */
function expectBytes(found: Buffer, sent: Buffer, name: string): void {
  expect(found.equals(sent), `${name}: ${found.length} of ${sent.length} bytes came back`).toBe(true);
}

type Header = readonly [name: string, value: string];

/** What belongs to the request, and not to one connection or to one way of framing a body. */
const OF_THE_CONNECTION = ['transfer-encoding', 'content-length', 'connection', 'roomcast-request-id'];

function endToEnd(headers: readonly Header[]): readonly Header[] {
  return headers.filter(([name]) => !OF_THE_CONNECTION.includes(name.toLowerCase()));
}

function withHost([name, value]: Header, host: string): Header {
  return [name, name.toLowerCase() === 'host' ? host : value];
}
