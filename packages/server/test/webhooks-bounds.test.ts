import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { capture, createWebhook, requestsOf } from './support/hooks.ts';
import { aProblem, problemOf } from './support/http.ts';
import { serve, type TestServer } from './support/server.ts';

/** Asks for something, and reads nothing of the answer. */
async function ask({ port }: TestServer, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').pause();
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  await once(socket, 'connect');
  return socket;
}

test('W11 a page of a list has one MiB at most, and the cursor leads to all the rest', async () => {
  const server = await serve();
  const { id } = await createWebhook(server);
  const sent = [400_000, 400_000, 400_000, 1_000_000, 1_000_000, 10].map((size) => 'x'.repeat(size));
  for (const body of sent) await capture(server, id, { body });
  const pages: number[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await requestsOf(server, id, `limit=200&order=oldest${cursor === '' ? '' : `&cursor=${cursor}`}`);
    pages.push(page.requests.length);
    cursor = page.cursor;
  }
  expect(pages).toEqual([2, 1, 1, 2]);
});

test('W11 one address searches a few times at once; who has gone is not searched for', async () => {
  const server = await serve();
  const { id } = await createWebhook(server);
  for (let i = 0; i < 3; i++) await capture(server, id, { body: `a${'\u0301\u0316'.repeat(250_000)}` });
  const path = `/api/webhooks/${id}/requests?text=zzz`;
  const answers = await Promise.all(Array.from({ length: 12 }, () => server.get(path)));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(4);
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of refused) {
    expect(problemOf(answer)).toEqual(aProblem(429, 'RATE_LIMITED'));
    expect(answer.headers['retry-after']).toBe('1');
  }
  for (let i = 0; i < 20; i++) (await ask(server, path)).destroy();
  await expect.poll(async () => (await server.get(path)).status, { timeout: 10_000 }).toBe(200);
});

test('W11 a nested body harms no search', async () => {
  const server = await serve();
  const { id } = await createWebhook(server);
  const good = await capture(server, id, { body: '{"id":"good"}' });
  await capture(server, id, { body: `{"id":${'['.repeat(200_000)}${']'.repeat(200_000)}}` });
  const query = `json=${encodeURIComponent('$.id=good')}`;
  let found = await requestsOf(server, id, query);
  while (found.requests.length === 0 && found.cursor !== null) {
    found = await requestsOf(server, id, `${query}&cursor=${found.cursor}`);
  }
  expect(found.requests.map((request) => request.id)).toEqual([good]);
  const answer = await server.get(`/api/webhooks/${id}/export?format=har&json=${encodeURIComponent('$.id=good')}`);
  expect((answer.json as { log: { entries: object[] } }).log.entries).toHaveLength(1);
});

test('W11 one address has two exports at once, and others when these are gone', async () => {
  const server = await serve();
  const { id } = await createWebhook(server);
  for (let i = 0; i < 20; i++) await capture(server, id, { body: 'x'.repeat(1_000_000) });
  const path = `/api/webhooks/${id}/export?format=curl`;
  const readers = [await ask(server, path), await ask(server, path)];
  for (const reader of readers) await once(reader, 'readable');
  expect(problemOf(await server.get(path))).toEqual(aProblem(429, 'RATE_LIMITED'));
  expect((await requestsOf(server, id, 'limit=1')).total).toBe(20);
  for (const reader of readers) reader.destroy();
  await expect.poll(async () => (await server.get(path)).status, { timeout: 10_000 }).toBe(200);
});
