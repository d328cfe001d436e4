import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Clock, MemoryOutboxStore, type OutboxStore } from '@roomcast/client/chat';
import { onTestFinished } from 'vitest';
import { FakeServer, type Peer } from '../../client/test/fake-server.ts';
import { ManualClock } from '../../client/test/manual-clock.ts';
import { ChatPage } from '../src/chat/model/page.ts';
import type { Address } from '../src/chat/model/platform.ts';
import type { Memory } from '../src/shared/memory.ts';

/** What a browser keeps from one load of the page to the next, and its address bar. */
export class FakeBrowser {
  readonly texts = new Map<string, string>();
  readonly visible = signal(true);
  /** Rooms of the history, the present one last. */
  readonly visits: (string | null)[] = [null];
  outbox: OutboxStore = new MemoryOutboxStore();
  #changed = () => {};

  readonly memory: Memory = {
    get: (key) => this.texts.get(key) ?? null,
    set: (key, text) => void (text === null ? this.texts.delete(key) : this.texts.set(key, text)),
  };

  readonly address: Address = {
    read: () => this.visits.at(-1) ?? null,
    write: (room, how) => {
      if (how === 'replace') this.visits.pop();
      this.visits.push(room);
    },
    onChange: (listener) => {
      this.#changed = listener;
    },
  };

  back(): void {
    this.visits.pop();
    this.#changed();
  }

  /** Loads the page. It is closed when the test ends. */
  load(url: string, clock: Clock, token?: string): ChatPage {
    const { memory, address, outbox, visible } = this;
    const now = () => Date.UTC(2026, 0, 1) + clock.now();
    const platform = { url, clock, now, memory, address, outbox, visible };
    const page = new ChatPage(token === undefined ? platform : { ...platform, token });
    onTestFinished(() => page.close());
    return page;
  }
}

/** Resolves with the signal's value as soon as it passes. */
export function until<Value>(source: ReadonlySignal<Value>, passes: (value: Value) => boolean): Promise<Value> {
  return new Promise((resolve) => {
    let end = () => {};
    let isOver = false;
    end = effect(() => {
      const value = source.value;
      if (isOver || !passes(value)) return;
      isOver = true;
      resolve(value);
      queueMicrotask(() => end());
    });
  });
}

type Answer = { readonly status?: number; readonly body: object };

/** A server whose accounts are a table of answers, and whose sockets the test speaks for itself. */
export class FakeChatServer {
  readonly sockets: FakeServer;
  /** By method and path below `/api/auth/`. */
  readonly answers: Record<string, Answer> = {
    'GET config': { body: { preset: 'accounts' } },
    'GET me': { body: { user: { id: 'ann', username: 'Ann' }, expiresAt: '', preset: 'accounts' } },
  };
  readonly requests: string[] = [];

  private constructor(sockets: FakeServer) {
    this.sockets = sockets;
    sockets.http.on('request', (request, response) => {
      const name = `${request.method} ${request.url?.replace('/api/auth/', '')}`;
      const { status = 200, body } = this.answers[name] ?? { status: 404, body: {} };
      this.requests.push(name);
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }

  static async start(): Promise<FakeChatServer> {
    const server = new FakeChatServer(await FakeServer.start('/ws/chat'));
    onTestFinished(() => server.sockets.stop());
    return server;
  }

  /** From now on, nobody is logged in. */
  forget(): void {
    const body = { code: 'UNAUTHENTICATED', detail: 'Log in first.' };
    this.answers['GET me'] = { status: 401, body };
  }

  /** Takes a new connection; answers its first question for the rooms. */
  async connection(rooms: Parameters<typeof listOf>[0] = []): Promise<Peer> {
    const peer = await this.sockets.peer();
    peer.establish();
    const { id } = await peer.expect('get_rooms');
    peer.send('room_list', { rooms: listOf(rooms), cursor: null }, id);
    return peer;
  }
}

function listOf(rooms: readonly { name: string; offset?: number; unread?: number }[]) {
  return rooms.map(({ name, offset = 0, unread = 0 }) => ({
    id: `chat:${name.toLowerCase()}`,
    name,
    memberCount: 0,
    lastActivity: '2026-01-01T00:00:00.000Z',
    offset,
    unread,
  }));
}

/** A page in a browser of its own, logged in as Ann, and the server's end of its connection. */
export async function withPage(rooms: Parameters<typeof listOf>[0] = []) {
  const server = await FakeChatServer.start();
  const clock = new ManualClock();
  const browser = new FakeBrowser();
  const page = browser.load(server.sockets.url, clock);
  const peer = await server.connection(rooms);
  await until(page.rooms.loaded, (loaded) => loaded);
  return { server, clock, browser, page, peer };
}
