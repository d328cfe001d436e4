import { expect, test } from 'vitest';
import { serve, type TestServer } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';

const ROOM = 'storm:room';
const CLIENTS = 50;
const STORMS = 3;
const USERS = 200;
const PUSHES = 1000;
/** At a time. */
const PUSHERS = 20;

/** Says one number after the other in the room, from 1 on, as fast as they are acknowledged. */
class Talker {
  said = 0;
  readonly #client: SocketIoClient;
  readonly #done: Promise<void>;
  #isOver = false;
  #waiters: { readonly n: number; readonly resolve: () => void }[] = [];

  constructor(client: SocketIoClient) {
    this.#client = client;
    this.#done = this.#talk();
  }

  /** Waits until it has said so many more. */
  more(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiters.push({ n: this.said + count, resolve }));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #talk(): Promise<void> {
    while (!this.#isOver) {
      expect(await this.#client.ask('publish', { roomId: ROOM, data: this.said + 1 })).toMatchObject({ ok: true });
      this.said++;
      const reached = this.#waiters.filter(({ n }) => n <= this.said);
      this.#waiters = this.#waiters.filter(({ n }) => n > this.said);
      for (const { resolve } of reached) resolve();
    }
  }
}

function serveStorm(): Promise<TestServer> {
  return serve({ messageRate: 0, namespaces: { storm: { history: { size: 10_000, age: '5m' } } } });
}

/** Everything that the client hears under that name, from now on. */
function listen(client: SocketIoClient, event: string): unknown[] {
  const heard: unknown[] = [];
  client.socket.on(event, (data: unknown) => heard.push(data));
  return heard;
}

function oneTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

async function connectAll(server: TestServer, count: number): Promise<SocketIoClient[]> {
  return Promise.all(oneTo(count).map(() => SocketIoClient.connect(server)));
}

test('G2.4 brings everything once and in order to a crowd that loses its connections again and again', async () => {
  const server = await serveStorm();
  const clients = await connectAll(server, CLIENTS);
  const heard = clients.map((client) => listen(client, 'message'));
  for (const client of clients) await client.join(ROOM);
  const writer = await SocketIoClient.connect(server);
  await writer.join(ROOM);
  const talker = new Talker(writer);
  for (let storm = 0; storm < STORMS; storm++) {
    await talker.more(10);
    await Promise.all(clients.map((client) => client.drop()));
    await talker.more(20);
    const greetings = await Promise.all(clients.map((client) => client.return()));
    for (const greeting of greetings) expect(greeting).toMatchObject({ recovered: true });
  }
  await talker.more(10);
  await talker.end();
  await writer.ask('publish', { roomId: ROOM, event: 'end', data: null });
  await Promise.all(clients.map((client) => client.next('end')));
  for (const numbers of heard) expect(numbers).toEqual(oneTo(talker.said));
});

test('G2.4 brings everything once and in order to clients that lose their connections at different times', async () => {
  const server = await serveStorm();
  const clients = await connectAll(server, CLIENTS);
  const heard = clients.map((client) => listen(client, 'message'));
  for (const client of clients) await client.join(ROOM);
  const writer = await SocketIoClient.connect(server);
  await writer.join(ROOM);
  const talker = new Talker(writer);
  const loseOften = async (client: SocketIoClient, index: number): Promise<void> => {
    for (let drop = 0; drop < STORMS; drop++) {
      await talker.more(1 + (index % 7));
      await client.drop();
      await talker.more(1 + (index % 11));
      expect(await client.return()).toMatchObject({ recovered: true });
    }
  };
  await Promise.all(clients.map(loseOften));
  await talker.end();
  await writer.ask('publish', { roomId: ROOM, event: 'end', data: null });
  await Promise.all(clients.map((client) => client.next('end')));
  for (const numbers of heard) expect(numbers).toEqual(oneTo(talker.said));
});

test('G4.3 pushes to one user of many reach that user alone, each once', async () => {
  const server = await serve({ messageRate: 0 });
  const clients = await connectAll(server, USERS);
  const heard = clients.map((client) => listen(client, 'pushed'));
  await Promise.all(clients.map((client, user) => client.register(String(user))));
  const expected: number[][] = clients.map(() => []);
  const pushes = oneTo(PUSHES).values();
  const pushAll = async (): Promise<void> => {
    for (const n of pushes) {
      const user = (n * 7919) % USERS;
      expected[user]?.push(n);
      const { status, json } = await server.push({ userId: String(user), event: 'pushed', data: n });
      expect(status).toBe(200);
      expect(json).toMatchObject({ delivered: 1, results: [{ room: `user:${user}`, delivered: 1 }] });
    }
  };
  await Promise.all(Array.from({ length: PUSHERS }, pushAll));
  // Nothing that was pushed before comes after it.
  await server.push({ broadcast: true, event: 'end', data: null });
  await Promise.all(clients.map((client) => client.next('end')));
  // Those that were under way together may have overtaken each other.
  const inOrder = (numbers: readonly unknown[]) => numbers.toSorted((a, b) => Number(a) - Number(b));
  expect(heard.map(inOrder)).toEqual(expected.map(inOrder));
});
