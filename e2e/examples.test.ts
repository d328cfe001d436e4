import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SocketIoClient } from '../packages/server/test/support/socketio.ts';
import { launchBrowser, newPage } from './support/browser.ts';
import { EXAMPLES, type Example, ExampleBackend, freePort, missing } from './support/example.ts';
import { poll } from './support/poll.ts';
import { type RunningServer, startServer } from './support/server.ts';

const JWT_SECRET = 'the secret of tokens that two programs share';
const FORWARD_SECRET = 'the secret of events that two programs share';
const PUSH_SECRET = 'the secret of pushes that two programs share';
const API_KEY = 'a-key-for-pushing-0123456789';

for (const [index, example] of EXAMPLES.entries()) {
  const reason = missing(example);
  // Both ways to push are somebody's.
  const pushing = index % 2 === 0 ? { ROOMCAST_PUSH_SECRET: PUSH_SECRET } : { ROOMCAST_API_KEY: API_KEY };
  // Go is large, and nothing else here needs it: where it is absent the title says so. The other languages are provided.
  describe.skipIf(reason !== null)(`the backend in ${example.language}${reason ? ` (${reason})` : ''}`, () => {
    const pair = setPair(example, pushing);

    test('G2.1 G3.2 G3.4 answers orders of the oldest and the newest client, and pushes to their users', async () => {
      const { ada, bob } = await pair.users();
      expect(await ada.ask('order', { item: 'Grüße 🫖' })).toEqual({ ok: true, order: expect.any(Number) });
      const taken = (await ada.next('order_taken')) as { order: number };
      expect(taken).toEqual({ order: taken.order, userId: 'ada', item: 'Grüße 🫖' });
      expect(await bob.ask('order', { item: 'a cup' })).toEqual({ ok: true, order: taken.order + 1 });
      await bob.next('order_taken');

      const shipped = await pair.backend.post(`/ship?order=${taken.order}`);
      expect(shipped).toMatchObject({ status: 200, json: { delivered: 1 } });
      expect(await ada.next('order_shipped')).toEqual(taken);
      const again = await pair.backend.post(`/ship?order=${taken.order}`);
      expect(again.json).toMatchObject({ results: [{ duplicate: true }] });
      expect([ada.received('order_shipped'), bob.received('order_shipped')]).toEqual([[], []]);
    });

    test('G3.2 answers what it cannot do, too', async () => {
      const { ada } = await pair.users();
      for (const wrong of [null, {}, { item: '' }, { item: 3 }, [], 'text']) {
        expect(await ada.ask('order', wrong)).toEqual({ ok: false, error: 'Say which item.' });
      }
      expect(await ada.ask('dance')).toEqual({ ok: false, error: 'There is no event dance.' });
    });

    test('G8.2 refuses what is forged, changed or old', async () => {
      const { orders } = await pair.backend.get('/state');
      const body = eventOf('ada', { item: 'for nothing' });
      const good = signed(body);
      const now = Number(good['roomcast-timestamp']);
      const attempts = [
        {},
        { ...good, 'roomcast-signature': '' },
        { ...good, 'roomcast-signature': 'v1=' },
        { ...good, 'roomcast-signature': good['roomcast-signature'].slice(0, -1) },
        { ...good, 'roomcast-signature': `v1=${'0'.repeat(64)}` },
        { ...good, 'roomcast-event-id': randomUUID() },
        { ...good, 'roomcast-timestamp': String(now + 1) },
        { ...good, 'roomcast-timestamp': 'yesterday' },
        signed(body, { secret: PUSH_SECRET }),
        signed(body, { timestamp: now - 400 }),
        signed(body, { timestamp: now + 400 }),
      ];
      for (const headers of attempts) expect((await pair.backend.post('/events', body, headers)).status).toBe(401);
      expect((await pair.backend.post('/events', body.replace('nothing', 'something'), good)).status).toBe(401);
      expect((await pair.backend.get('/state'))['orders']).toEqual(orders);
      expect((await pair.backend.post('/events', body, good)).status).toBe(200);
    });

    test('G3.5 does once what comes twice, and gives the same answer', async () => {
      const body = eventOf('bob', { item: 'one of it' });
      const first = await pair.backend.post('/events', body, signed(body));
      expect(first).toMatchObject({ status: 200, json: { ack: { ok: true } } });
      expect(await pair.backend.post('/events', body, signed(body))).toEqual(first);
      const { orders } = (await pair.backend.get('/state')) as { orders: { item: string }[] };
      expect(orders.filter(({ item }) => item === 'one of it')).toHaveLength(1);
    });

    test('G3.1 knows who is here, also with two tabs and when news are late', async () => {
      const online = async () => ((await pair.backend.get('/state'))['online'] as string[]).includes('eve');
      const [one, two] = [await pair.user('eve'), await pair.user('eve')];
      await poll(online).toBe(true);
      one.socket.disconnect();
      await one.states.next(({ state }) => state === 'disconnect');
      // Events of a user are in order: when this one is answered, the backend knows of all before.
      await two.ask('order', { item: 'a spoon' });
      expect(await online()).toBe(true);
      two.socket.disconnect();
      await poll(online).toBe(false);

      const late = (kind: string, session: number, sequence: number) => {
        const body = JSON.stringify({
          id: randomUUID(),
          kind,
          event: kind,
          userId: 'eve',
          session,
          sequence,
          data: null,
        });
        return pair.backend.post('/events', body, signed(body));
      };
      await late('connected', 8, 1);
      await late('disconnected', 8, 3);
      await late('joined', 8, 2);
      expect(await online()).toBe(false);
      await late('connected', 9, 1);
      await late('disconnected', 8, 3);
      expect(await online()).toBe(true);
    });

    test('G9.3 answers when it is back what was sent while it was away', async () => {
      const ada = await pair.user('ada');
      await pair.backend.end();
      const answer = ada.ask('order', { item: 'patience' });
      // Stored, and tried in vain.
      await poll(() => pair.server.printed()).toContain('The backend did not take an event');
      await pair.backend.run();
      expect(await answer).toMatchObject({ ok: true });
      expect(await ada.next('order_taken')).toMatchObject({ item: 'patience' });
    });

    test('G3.5 G9.4 carries out what the backend asks for in an answer, though Roomcast was killed meanwhile', async () => {
      const ada = await pair.user('ada');
      await poll(() => waiting(pair.server)).toBe(0);
      await pair.backend.end();
      ada.socket.emit('order', { item: 'a clock' });
      await poll(() => waiting(pair.server)).toBe(1);
      await pair.server.end('SIGKILL');
      await pair.backend.run();
      await pair.server.startAgain();
      await ada.states.next(({ state }) => state === 'disconnect');
      await ada.return();
      expect(ada.socket.recovered).toBe(true);
      expect(await ada.next('order_taken')).toMatchObject({ item: 'a clock' });
    });
  });
}

test('the page of the examples orders, is answered and told, and comes back with nothing missed', async () => {
  const [node] = EXAMPLES;
  if (!node) throw new Error('There is no example');
  const { server, backend } = await startPair(node, { ROOMCAST_PUSH_SECRET: PUSH_SECRET });
  const browser = await launchBrowser();
  onTestFinished(async () => {
    await browser.close();
    await backend.stop();
    await server.stop();
  });
  const page = await newPage(browser);
  await page.goto(backend.url);
  await page.getByLabel('Your name').fill('grace');
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByText('Connected as grace').waitFor();
  await page.getByRole('button', { name: 'Order' }).click();
  const answer = (await page.getByText(/The backend answered: order \d+/).textContent()) ?? '';
  const order = /\d+/.exec(answer)?.[0] ?? '';
  await page.getByText(`Order ${order} taken: A teapot`).waitFor();
  await server.end('SIGKILL');
  await page.getByText('Connection lost').waitFor();
  await server.startAgain();
  await page.getByText('Back as grace, nothing missed').waitFor();
  await backend.post(`/ship?order=${order}`);
  await page.getByText(`Order ${order} shipped: A teapot`).waitFor();
});

interface Pair {
  readonly server: RunningServer;
  readonly backend: ExampleBackend;
}

/** Roomcast in front of an example backend, as the guide has it. */
async function startPair(example: Example, pushing: Record<string, string>): Promise<Pair> {
  const port = await freePort();
  const server = await startServer([
    ...['--jwt-secret', JWT_SECRET, '--forward-secret', FORWARD_SECRET, '--log-format', 'json'],
    ...['--push-secret', PUSH_SECRET, '--api-keys', API_KEY],
    ...['--forward-url', `http://127.0.0.1:${port}/events`, '--forward-reply', 'backend'],
  ]);
  const backend = await ExampleBackend.start(example, port, {
    ROOMCAST_URL: server.url,
    ROOMCAST_JWT_SECRET: JWT_SECRET,
    ROOMCAST_FORWARD_SECRET: FORWARD_SECRET,
    ...pushing,
  }).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return { server, backend };
}

/** The same for all tests of a group. */
function setPair(example: Example, pushing: Record<string, string>) {
  let pair: Pair | null = null;
  beforeAll(async () => {
    pair = await startPair(example, pushing);
  });
  afterAll(async () => {
    await pair?.backend.stop();
    await pair?.server.stop();
  });
  const started = (): Pair => {
    if (!pair) throw new Error('It is started before the first test');
    return pair;
  };
  /** Connected with a token that the backend made, and registered. */
  async function user(userId: string, client: 'newest' | 'oldest' = 'newest'): Promise<SocketIoClient> {
    const { server, backend } = started();
    const { token, url } = await backend.get(`/token?user=${userId}`);
    expect(url).toBe(server.url);
    const connected = await SocketIoClient.connect(server, { auth: { token }, client });
    await connected.register(userId);
    return connected;
  }
  return {
    get server() {
      return started().server;
    },
    get backend() {
      return started().backend;
    },
    user,
    async users() {
      return { ada: await user('ada'), bob: await user('bob', 'oldest') };
    },
  };
}

/** Events that are stored and wait for the backend. */
async function waiting({ url }: RunningServer): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { 'x-api-key': API_KEY } });
  return Number(/^roomcast_outbox_events (\d+)$/m.exec(await response.text())?.[1]);
}

function eventOf(userId: string, data: object): string {
  const ids = { id: randomUUID(), kind: 'event', event: 'order', userId, connectionId: 'c', session: 1, sequence: 9 };
  return JSON.stringify({ ...ids, data, args: [data], room: null, time: new Date().toISOString() });
}

/** The headers that Roomcast would send with a body. */
function signed(body: string, { secret = FORWARD_SECRET, timestamp = Math.floor(Date.now() / 1000) } = {}) {
  const { id } = JSON.parse(body) as { id: string };
  const digest = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('hex');
  return {
    'content-type': 'application/json',
    'roomcast-event-id': id,
    'roomcast-timestamp': String(timestamp),
    'roomcast-signature': `v1=${digest}`,
  };
}
