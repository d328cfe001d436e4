import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Roomcast, type WatchOptions, type WebhookFeed } from '../src/index.ts';
import { Cable } from './cable.ts';
import { gather, next } from './events.ts';
import { RealServer } from './real-server.ts';

let shared: RealServer;

beforeAll(async () => {
  shared = await RealServer.start();
});
afterAll(() => shared.stop());

interface Created {
  readonly id: string;
  readonly secret: string;
}

async function ask(server: RealServer, method: string, path: string, body?: object, secret = ''): Promise<Response> {
  const headers = { 'x-webhook-secret': secret, ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return response;
}

async function create(wish: object = {}, server = shared): Promise<Created> {
  return (await (await ask(server, 'POST', '/api/webhooks', wish)).json()) as Created;
}

/** Sends requests with these numbers to a webhook, one after the other. Returns the id of the last. */
async function capture(id: string, from: number, to = from, server = shared): Promise<string> {
  let last: Response | null = null;
  for (let n = from; n <= to; n++) {
    last = await fetch(`${server.url}/hooks/${id}/${n}`, { method: 'POST', body: `body ${n}` });
    expect(last.status).toBe(200);
  }
  return last?.headers.get('roomcast-request-id') ?? '';
}

function connect(url: string): Roomcast {
  const client = new Roomcast(url, { backoff: { min: 50, max: 200 } });
  onTestFinished(() => client.close());
  return client;
}

/** Watches through a cable that can be cut. */
async function watching(id: string, options: WatchOptions = {}, server = shared) {
  const cable = await Cable.to(server.port);
  onTestFinished(() => cable.close());
  const client = connect(cable.url);
  const feed = client.watchWebhook(id, options);
  const requests = gather(feed, 'request');
  await next(feed, 'joined');
  const cut = async () => {
    const lost = next(client, 'disconnect');
    cable.cut();
    await lost;
  };
  const numbers = () => requests.all.map(([{ path }]) => Number(path.slice(1)));
  return { client, feed, requests, numbers, cut, mend: () => cable.mend() };
}

const upTo = (to: number, from = 1) => Array.from({ length: to - from + 1 }, (_, n) => n + from);

test('W5 W6 a watcher gets each captured request, complete', async () => {
  const { id } = await create();
  const { requests, feed } = await watching(id);
  await fetch(`${shared.url}/hooks/${id}/a%2Fb?x=1&x=2`, { method: 'PUT', body: 'ü', headers: { 'X-Some': 'thing' } });
  await requests.upTo(1);
  expect(requests.all[0]?.[0]).toMatchObject({
    ...{ webhookId: id, method: 'PUT', path: '/a%2Fb', query: 'x=1&x=2', queryParams: { x: ['1', '2'] } },
    ...{ body: 'ü', bodyEncoding: 'utf8', bodySize: 2, truncated: false, offset: 1, sourceIp: '127.0.0.1' },
  });
  expect(feed.position?.offset).toBe(1);
});

test('W8 a watcher whose connection is cut under load gets all that it missed, in order, once', async () => {
  const [one, two] = [await create(), await create()];
  const { client, requests, numbers, cut, mend } = await watching(one.id);
  const other = client.watchWebhook(two.id);
  const atOther = gather(other, 'request');
  await next(other, 'joined');
  await capture(one.id, 1, 20);
  const load = capture(one.id, 21, 600);
  await requests.upTo(100);
  await cut();
  await capture(two.id, 1, 3);
  mend();
  await requests.upTo(300);
  await cut();
  mend();
  await load;
  await Promise.all([requests.upTo(600), atOther.upTo(3)]);
  await capture(one.id, 601);
  await requests.upTo(601);
  expect(numbers()).toEqual(upTo(601));
  expect(atOther.all.map(([{ path }]) => path)).toEqual(['/1', '/2', '/3']);
});

test('W8 a server that is killed and started again has lost nothing for its watchers', async () => {
  const server = await RealServer.start();
  onTestFinished(() => server.stop());
  const { id } = await create({}, server);
  const { client, feed, requests, numbers } = await watching(id, {}, server);
  await capture(id, 1, 5, server);
  await requests.upTo(5);
  const lost = next(client, 'disconnect');
  await server.kill();
  await lost;
  const back = next(feed, 'joined');
  await server.start();
  await capture(id, 6, 30, server);
  expect((await back)[0].recovered).toBe(true);
  await requests.upTo(30);
  expect(numbers()).toEqual(upTo(30));
});

test('requests that were deleted while the watcher was away leave no gap, and are told', async () => {
  const { id, secret } = await create();
  const { feed, requests, numbers, cut, mend } = await watching(id);
  const deleted = gather(feed, 'deleted');
  await capture(id, 1);
  await requests.upTo(1);
  await cut();
  const second = await capture(id, 2);
  await capture(id, 3, 4);
  await ask(shared, 'DELETE', `/api/webhooks/${id}/requests/${second}`, undefined, secret);
  const back = next(feed, 'joined');
  mend();
  expect((await back)[0].recovered).toBe(true);
  await requests.upTo(3);
  expect(numbers()).toEqual([1, 3, 4]);
  // In its place, and where it was deleted.
  await deleted.upTo(2);
  expect(deleted.all.map(([{ id, offset }]) => [id, offset])).toEqual([2, 5].map((offset) => [second, offset]));
});

test('what retention has taken meanwhile is said to be missing, and what is left follows', async () => {
  const { id } = await create({ retention: { requests: 5 } });
  const { feed, requests, numbers, cut, mend } = await watching(id);
  await capture(id, 1);
  await requests.upTo(1);
  await cut();
  await capture(id, 2, 60);
  // Whoever reads waits for what is due to go.
  await ask(shared, 'GET', `/api/webhooks/${id}/requests`);
  const back = next(feed, 'joined');
  mend();
  expect((await back)[0]).toMatchObject({ recovered: false, position: { offset: 60 } });
  await capture(id, 61);
  await next(feed, 'request', ({ path }) => path === '/61');
  const [, ...left] = numbers();
  expect(left.length).toBeLessThan(60);
  expect(left).toEqual(upTo(61, left[0]));
});

test('clearing is told, live and to whoever was away, and goes on behind it', async () => {
  const { id, secret } = await create();
  const live = await watching(id);
  const away = await watching(id);
  const cleared = next(live.feed, 'cleared');
  await capture(id, 1, 3);
  await Promise.all([live.requests.upTo(3), away.requests.upTo(3)]);
  await away.cut();
  await ask(shared, 'DELETE', `/api/webhooks/${id}/requests`, undefined, secret);
  await cleared;
  const back = Promise.race([next(away.feed, 'cleared'), next(away.feed, 'joined', ({ recovered }) => !recovered)]);
  away.mend();
  await back;
  await capture(id, 4);
  await Promise.all([live.requests.upTo(4), away.requests.upTo(4)]);
  expect([live.numbers(), away.numbers()]).toEqual([upTo(4), upTo(4)]);
});

test('a webhook that is deleted is gone for who is there and for who comes back', async () => {
  const { id, secret } = await create();
  const [live, away] = [await watching(id), await watching(id)];
  const gone = [next(live.feed, 'gone'), next(away.feed, 'gone')];
  await away.cut();
  await ask(shared, 'DELETE', `/api/webhooks/${id}`, undefined, secret);
  await gone[0];
  away.mend();
  await gone[1];
});

test('W3 an unknown webhook is refused, and a locked one without, and then with what it needs, let in', async () => {
  const { id, secret } = await create({ password: 'open sesame' });
  const client = connect(shared.url);
  const code = async (feed: WebhookFeed) => (await next(feed, 'error'))[0];
  expect(await code(client.watchWebhook('nobody-knows'))).toEqual({ code: 'NOT_FOUND', message: 'Webhook not found' });
  expect((await code(client.watchWebhook(id))).code).toBe('UNAUTHENTICATED');
  expect((await code(client.watchWebhook(id, { password: 'open barley' }))).code).toBe('UNAUTHENTICATED');
  const feed = client.watchWebhook(id, { password: 'open sesame' });
  await next(feed, 'joined');
  await feed.leave();
  await next(client.watchWebhook(id, { secret }), 'joined');
});

test('another client goes on where one has stopped: by position, or by the last request', async () => {
  const { id } = await create();
  const { feed, requests } = await watching(id);
  const first = await capture(id, 1);
  await requests.upTo(1);
  await feed.leave();
  await capture(id, 2, 4);
  const { position } = feed;
  if (!position) throw new Error('It had been joined');
  const [byPosition, byRequest] = [await watching(id, { since: position }), await watching(id, { lastEventId: first })];
  await Promise.all([byPosition.requests.upTo(3), byRequest.requests.upTo(3)]);
  expect([byPosition.numbers(), byRequest.numbers()]).toEqual([upTo(4, 2), upTo(4, 2)]);
});

test('those who watch see each other, their names and what they look at, also after a reconnect', async () => {
  const { id } = await create();
  const [ann, bob] = [await watching(id, { name: 'Ann' }), await watching(id)];
  const seen = (name: string, requestId: string | null) =>
    next(bob.feed, 'watchers', (all) => all.some((one) => one.name === name && one.requestId === requestId));
  const selection = seen('Ann', 'r1');
  ann.feed.select('r1');
  await selection;
  const alone = next(bob.feed, 'watchers', (_, count) => count === 1);
  await ann.cut();
  await alone;
  const back = seen('Ann', 'r1');
  ann.mend();
  await back;
  expect(bob.feed.watcherCount).toBe(2);
  const renamed = seen('Anna', null);
  ann.feed.rename('Anna');
  ann.feed.select(null);
  await renamed;
});
