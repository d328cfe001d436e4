import { Roomcast } from '@roomcast/client';
import type { Page } from 'playwright-core';
import { io } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { createWebhook, listRequests } from './support/bodies-webhook.ts';
import { type Network, startNetwork } from './support/network.ts';
import { poll } from './support/poll.ts';
import { setStage } from './support/stage.ts';

const stage = setStage();

/** As many as come in ten seconds at a hundred per second. */
const WHILE_AWAY = 1000;

/** Who watches, by a client that people use: the ids of what it has got, in order. */
type Watcher = () => readonly string[] | Promise<readonly string[]>;

/** By our SDK, with a position. */
async function watchWithSdk({ url }: Network, webhookId: string): Promise<Watcher> {
  const client = new Roomcast(url, { backoff: { min: 50, max: 500 } });
  onTestFinished(() => client.close());
  const ids: string[] = [];
  const feed = client.watchWebhook(webhookId);
  feed.on('request', ({ id }) => ids.push(id));
  await new Promise((resolve) => feed.on('joined', resolve));
  return () => ids;
}

/** By the official Socket.IO client, with its connection state recovery and not a line of our own. */
async function watchWithSocketIo({ url }: Network, webhookId: string): Promise<Watcher> {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnectionDelayMax: 500 });
  onTestFinished(() => void socket.close());
  const ids: string[] = [];
  socket.on('new-request', ({ id }: { readonly id: string }) => ids.push(id));
  socket.emit('join', webhookId);
  await new Promise((resolve) => socket.once('joined', resolve));
  return () => ids;
}

declare global {
  interface Window {
    /** Ids of what has come to the EventSource of this test. */
    seenIds: string[];
  }
}

/** By a browser's EventSource, which comes back with `Last-Event-ID` by itself. */
async function watchWithEventSource({ url }: Network, webhookId: string): Promise<Watcher> {
  const page: Page = await stage.page();
  await page.goto(`${url}/inspect`);
  await page.evaluate((path) => {
    window.seenIds = [];
    const source = new EventSource(path);
    source.addEventListener('new-request', ({ data }) => window.seenIds.push(JSON.parse(data).id));
    return new Promise((resolve) => source.addEventListener('joined', resolve, { once: true }));
  }, `/api/webhooks/${webhookId}/events`);
  return () => page.evaluate(() => window.seenIds);
}

/** Has so many requests captured, some at a time. @returns the ids that they got, sorted: none knows their order yet */
async function send(webhookId: string, count: number): Promise<readonly string[]> {
  const numbers = Array.from({ length: count }, (_, n) => n).values();
  const ids: string[] = [];
  const sender = async () => {
    for (const n of numbers) {
      const response = await fetch(`${stage.server.url}/hooks/${webhookId}/${n}`, {
        method: 'POST',
        body: `body ${n}`,
      });
      await response.text();
      ids.push(response.headers.get('roomcast-request-id') ?? '');
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  return ids.sort();
}

test('W5 W8 watchers whose network is gone while 1,000 requests come get all of them, in order, once', async () => {
  const { id } = await createWebhook(stage.server.url, { retention: { requests: 5000 } });
  const network = await startNetwork(stage.server.port);
  onTestFinished(() => network.close());
  const watchers = await Promise.all([
    watchWithSdk(network, id),
    watchWithSocketIo(network, id),
    watchWithEventSource(network, id),
  ]);
  const before = await send(id, 50);
  for (const watcher of watchers) await poll(async () => (await watcher()).length).toBe(50);

  network.cut();
  const away = await send(id, WHILE_AWAY);
  for (const watcher of watchers) expect(await watcher()).toHaveLength(50);
  network.restore();
  // More come in the midst of the return.
  const after = await send(id, 200);

  const log = (await listRequests(stage.server.url, id)).map((request) => request.id);
  expect(log.toSorted()).toEqual([...before, ...away, ...after].sort());
  for (const watcher of watchers) {
    await poll(async () => (await watcher()).length).toBe(log.length);
    expect(await watcher()).toEqual(log);
  }
});
