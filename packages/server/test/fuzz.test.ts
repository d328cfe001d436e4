import { CLOSE_CODES, ERRORS, type ErrorCode, SERVER_EVENTS } from '@roomcast/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { bridgePath, joinBridge } from './support/bridge.ts';
import { handshake, type Message, nativeMessage, rawMessage, request } from './support/hostile.ts';
import { type Answer, call, UPGRADE } from './support/http.ts';
import { type Frame, NativeClient } from './support/native.ts';
import { TestProcess } from './support/process.ts';
import { Socket } from './support/socket.ts';

/** Fixed, so that every run tries the same; a failure prints it with the path to the smallest counterexample. */
const SEED = 20_260_802;
const SETTINGS = {
  maxFrameSize: '256KiB',
  maxBuffer: '8MiB',
  logBudget: '1MiB',
  messageRate: 0,
  logLevel: 'warn',
} as const;

/** Codes that only clients see: none given (1005), and what a client itself may say, which is answered in kind. */
const CLOSES = [...Object.keys(CLOSE_CODES).map(Number), 1005, 1008];

/** Those who must not notice anything: one of each transport, in rooms of their own, with somebody who speaks there. */
class Bystanders {
  readonly #native: NativeClient;
  readonly #talker: NativeClient;
  readonly #raw: Socket;
  readonly #server: TestProcess;
  #said = 0;

  private constructor(server: TestProcess, native: NativeClient, talker: NativeClient, raw: Socket) {
    this.#server = server;
    this.#native = native;
    this.#talker = talker;
    this.#raw = raw;
  }

  static async in(server: TestProcess): Promise<Bystanders> {
    const [native, talker] = [await NativeClient.connect(server), await NativeClient.connect(server)];
    await native.join('live:quiet');
    await talker.join('live:quiet');
    await native.next('user_joined');
    return new Bystanders(server, native, talker, await joinBridge(server, 'quiet'));
  }

  /** They hear what is meant for them next, and nothing else. */
  async areUndisturbed(): Promise<void> {
    const n = ++this.#said;
    await this.#talker.publish('live:quiet', n);
    expect(await this.#native.frames.next()).toMatchObject({ type: 'publication', payload: { data: n, offset: n } });
    expect((await this.#server.emit({ room: 'quiet', data: { n } })).status).toBe(200);
    expect(await this.#raw.next()).toBe(JSON.stringify({ n }));
  }
}

async function attack(rounds: (server: TestProcess) => Promise<void>): Promise<void> {
  const server = await TestProcess.start(SETTINGS);
  const bystanders = await Bystanders.in(server);
  await rounds(server);
  await bystanders.areUndisturbed();
  expect((await server.get('/health')).json).toMatchObject({ status: 'ok' });
  server.kill('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.lines.waiting.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
}

function send(ws: WebSocket, message: Message): void {
  if (ws.readyState !== WebSocket.OPEN) return;
  if (message.kind === 'text') ws.send(message.text);
  else if (message.kind === 'binary') ws.send(message.bytes);
  else if (message.kind === 'ping') ws.ping(message.bytes);
  else for (const [i, part] of message.parts.entries()) ws.send(part, { fin: i === message.parts.length - 1 });
}

function expectDocumented(frame: Frame): void {
  expect(SERVER_EVENTS).toContain(frame.type);
  expect(new Date(frame.timestamp).toISOString()).toBe(frame.timestamp);
  if (frame.type === 'error' || frame.type === 'join_room_error') {
    expect(Object.keys(ERRORS)).toContain((frame.payload as { code: string }).code);
  }
}

function expectProblem({ status, text, json }: Answer, method: string): void {
  if (status < 400 || method === 'HEAD') return;
  const { code, detail } = (json ?? {}) as { code: ErrorCode; detail: unknown };
  expect(Object.keys(ERRORS), `${status} ${text}`).toContain(code);
  expect(status).toBe(ERRORS[code].status);
  expect(typeof detail).toBe('string');
}

async function expectClosed(socket: Socket): Promise<void> {
  const { code, reason } = await socket.closed;
  expect(CLOSES).toContain(code);
  expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
}

const LONG = 120_000;

test(
  'D14 eight thousand hostile native frames: documented answers, and nobody else notices',
  async () => {
    await attack(async (server) => {
      const burst = fc.array(nativeMessage, { minLength: 40, maxLength: 60 });
      const property = fc.asyncProperty(burst, async (messages) => {
        const client = await NativeClient.connect(server);
        for (const roomId of ['live:fuzz', 'bridge:fuzz']) await client.join(roomId);
        for (const message of messages) send(client.socket.ws, message);
        // Every message before this one has been dealt with once it is answered, unless one of them was the end.
        const alive = client.ask('heartbeat', { sequence: 0 }).then(() => true);
        const survived = await Promise.race([alive.catch(() => false), client.closed.then(() => false)]);
        for (const frame of client.frames.waiting) expectDocumented(frame);
        if (survived) client.socket.ws.terminate();
        else await expectClosed(client.socket);
      });
      await fc.assert(property, { seed: SEED, numRuns: 160 });
    });
  },
  LONG,
);

test(
  'B7 four thousand hostile messages on the raw bridge: documented closes, and nobody else notices',
  async () => {
    await attack(async (server) => {
      const property = fc.asyncProperty(fc.array(rawMessage, { minLength: 1, maxLength: 5 }), async (messages) => {
        const socket = await joinBridge(server, 'fuzz');
        for (const message of messages) send(socket.ws, message);
        socket.ws.close(1000);
        await expectClosed(socket);
      });
      await fc.assert(property, { seed: SEED, numRuns: 1400 });
    });
  },
  LONG,
);

test(
  'D14 two thousand streams of bytes that are no WebSocket frames',
  async () => {
    await attack(async (server) => {
      const paths = fc.constantFrom('/ws', bridgePath('fuzz'));
      const opcode = fc.constantFrom(0x80, 0x81, 0x82, 0x83, 0x88, 0x89, 0x8a, 0x01, 0x00, 0xc1, 0xf1);
      const property = fc.asyncProperty(
        paths,
        opcode,
        fc.uint8Array({ maxLength: 300 }),
        async (path, first, bytes) => {
          const socket = await Socket.open(server.ws(path));
          socket.tcp.write(Buffer.from([first, ...bytes]));
          socket.tcp.end();
          await socket.closed;
        },
      );
      await fc.assert(property, { seed: SEED, numRuns: 2000 });
    });
  },
  LONG,
);

test(
  'B7 four thousand hostile HTTP requests: problems with documented codes, and nobody notices',
  async () => {
    await attack(async (server) => {
      const property = fc.asyncProperty(request, async ({ method, path, headers, body }) => {
        const answer = await call(server.port, { method, path, headers, ...(body === undefined ? {} : { body }) });
        expectProblem(answer, method);
      });
      await fc.assert(property, { seed: SEED, numRuns: 4000 });
    });
  },
  LONG,
);

test(
  'W1 two thousand hostile handshakes: a connection or a documented refusal, and nobody notices',
  async () => {
    await attack(async (server) => {
      const property = fc.asyncProperty(handshake, async ({ path, headers }) => {
        const answer = await call(server.port, { path, headers: { ...UPGRADE, ...headers } });
        if (answer.status !== 101) expectProblem(answer, 'GET');
      });
      await fc.assert(property, { seed: SEED, numRuns: 2000 });
    });
  },
  LONG,
);
