import { describe, expect, test } from 'vitest';
import type { ClientOptions } from 'ws';
import { joinBridge } from './support/bridge.ts';
import { serve, type TestServer } from './support/server.ts';
import type { Socket } from './support/socket.ts';

/** One connection of a transport, in a room of the bridge. */
export interface Peer {
  readonly socket: Socket;
  /** Publishes JSON text, byte for byte. */
  say(json: string): void;
  /** The JSON text of the data of the next publication. */
  heard(): Promise<string>;
}

/** A transport, as its contract sees it. */
export interface Face {
  /** Connects and enters the bridge room `room`. */
  enter(server: TestServer, room: string, options?: ClientOptions): Promise<Peer>;
  /** Bad input by name, and the close code that answers it (null: an error frame, and the connection lives on). */
  readonly bad: Readonly<Record<string, { readonly message: string | Buffer; readonly code: number | null }>>;
}

/** All the ways in which a connection can end, and the code under which the server files it. */
const DEATHS: Readonly<Record<string, { readonly code: number; kill(socket: Socket): void }>> = {
  'a close frame': { code: 1000, kill: ({ ws }) => ws.close(1000) },
  'a close frame with a code of its own': { code: 0, kill: ({ ws }) => ws.close(4321, 'my reasons') },
  'the end of its TCP stream': { code: 1006, kill: ({ tcp }) => tcp.end() },
  'a socket that is destroyed': { code: 1006, kill: ({ tcp }) => tcp.destroy() },
  'a reset': { code: 1006, kill: ({ tcp }) => tcp.resetAndDestroy() },
  'an unmasked frame': { code: 1002, kill: ({ tcp }) => tcp.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d])) },
  'a reserved opcode': { code: 1002, kill: ({ tcp }) => tcp.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0])) },
  'a frame that claims to be compressed': {
    code: 1002,
    kill: ({ tcp }) => tcp.write(Buffer.from([0xc1, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])),
  },
  'text that is not UTF-8': { code: 1007, kill: ({ ws }) => ws.send(Buffer.from([0xff, 0xfe]), { binary: false }) },
  'a message over the limit': { code: 1009, kill: ({ ws }) => ws.send(`{"a":"${'x'.repeat(5000)}"}`) },
  'a length that no message has': {
    code: 1009,
    kill: ({ tcp }) => tcp.write(Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])),
  },
};

/** JSON that parsing and printing again would change. */
const VERBATIM = [
  '{ "a" : 1.0,\t"b":1e400 , "c":12345678901234567890 }',
  '{"text":"\\u00e9\\/\\ud83d\\ude00 and \\ud800 alone"}',
  '{"text":"é😀 \u2028 ﬁn"}',
  '{"2":1,"1":2,"__proto__":{"a":1},"constructor":null,"a":1,"a":2}',
  '{"zero":-0,"small":1E-400,"deep":[[[[{}]]]]}',
  '{}',
];

/** What every transport promises (see transport.ts), over real sockets. */
export function transportContract(name: string, face: Face): void {
  describe(`the contract of transports: ${name}`, () => {
    for (const [death, { code, kill }] of Object.entries(DEATHS)) {
      test(`B4 W7 after ${death} the connection is out of its room, and the room is gone`, async () => {
        const server = await serve({ maxFrameSize: 4096 });
        const { socket } = await face.enter(server, 'lonely');
        expect(await server.rooms()).toEqual(['bridge:lonely']);
        kill(socket);
        expect((await server.buried()).code).toBe(code === 0 ? 4321 : code);
        expect(await server.rooms()).toEqual([]);
        expect((await server.get('/health')).json).toMatchObject({ connections: 0, rooms: 0 });
        expect(await server.metric('roomcast_rooms')).toBe(0);
        expect(await server.metric(`roomcast_closes_total{code="${code}"}`)).toBe(1);
      });
    }

    for (const [input, { message, code }] of Object.entries(face.bad)) {
      test(`B7 D14 ${input} is answered with its code, and nobody else in the room notices`, async () => {
        const server = await serve({ maxFrameSize: 4096 });
        const watcher = await face.enter(server, 'hall');
        const vandal = await face.enter(server, 'hall');
        const talker = await face.enter(server, 'hall');
        vandal.socket.send(message);
        if (code === null) {
          vandal.say('{"still":"here"}');
          expect(await watcher.heard()).toBe('{"still":"here"}');
        } else expect(await vandal.socket.closed).toMatchObject({ code });
        talker.say('{"all":"well"}');
        expect(await watcher.heard()).toBe('{"all":"well"}');
        expect(watcher.socket.ws.readyState).toBe(watcher.socket.ws.OPEN);
      });
    }

    test('D13 a message over the limit closes its sender alone, with 1009', async () => {
      const server = await serve({ maxFrameSize: 4096 });
      const watcher = await face.enter(server, 'hall');
      const talker = await face.enter(server, 'hall');
      const giant = await face.enter(server, 'hall');
      giant.say(`{"a":"${'x'.repeat(5000)}"}`);
      expect((await giant.socket.closed).code).toBe(1009);
      talker.say(`{"a":"${'x'.repeat(3000)}"}`);
      expect(await watcher.heard()).toHaveLength(3008);
    });

    test('D13 fragments count together against the limit', async () => {
      const server = await serve({ maxFrameSize: 4096 });
      const { socket } = await face.enter(server, 'hall');
      for (let i = 0; i < 5; i++) socket.ws.send('x'.repeat(1000), { fin: false });
      expect((await socket.closed).code).toBe(1009);
    });

    test('D13 a message in too many fragments is closed with 1008, however small they are', async () => {
      const server = await serve({ maxFrameSize: '1MiB' });
      const { socket } = await face.enter(server, 'hall');
      for (let i = 0; i < 17_000; i++) socket.ws.send('x', { fin: false });
      expect((await socket.closed).code).toBe(1008);
      expect((await server.buried()).code).toBe(1008);
    });

    test('B2 the same bytes come out, whatever JSON allows', async () => {
      const server = await serve();
      const [sender, receiver] = [await face.enter(server, 'exact'), await face.enter(server, 'exact')];
      for (const json of VERBATIM) sender.say(json);
      for (const json of VERBATIM) expect(await receiver.heard()).toBe(json);
    });

    test('B2 raw and native clients hear each other, in the same bytes', async () => {
      const server = await serve();
      const [peer, raw] = [await face.enter(server, 'mixed'), await joinBridge(server, 'mixed')];
      for (const json of VERBATIM) {
        raw.send(json);
        expect(await peer.heard()).toBe(json);
        peer.say(json);
        expect(await raw.next()).toBe(json);
      }
    });

    test('B2 everybody but the sender gets every publication, once and in order', async () => {
      const server = await serve();
      const senders = await Promise.all([1, 2, 3].map(() => face.enter(server, 'order')));
      const watcher = await face.enter(server, 'order');
      for (let i = 0; i < 300; i++) senders[i % 3]?.say(`{"from":${i % 3},"n":${i}}`);
      const heard: { from: number; n: number }[] = [];
      for (let i = 0; i < 300; i++) heard.push(JSON.parse(await watcher.heard()));
      for (const [from, sender] of senders.entries()) {
        const own = heard.filter((one) => one.from === from);
        expect(own.map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, i) => 3 * i + from));
        // The room has one order for all; a sender sees it without what is its own.
        const others = heard.filter((one) => one.from !== from);
        for (const expected of others) expect(JSON.parse(await sender.heard())).toEqual(expected);
      }
      await server.emit({ room: 'order', data: { end: true } });
      for (const peer of [watcher, ...senders]) expect(await peer.heard()).toBe('{"end":true}');
    });

    test('W10 a hundred clients that connect at once are each in their own room', async () => {
      const server = await serve();
      const names = Array.from({ length: 100 }, (_, i) => `room-${i}`);
      const peers = await Promise.all(names.map((room) => face.enter(server, room)));
      expect((await server.rooms()).sort()).toEqual(names.map((room) => `bridge:${room}`).sort());
      const answers = await Promise.all(names.map((room) => server.emit({ room, data: { room } })));
      expect(answers.map(({ json }) => (json as { delivered: number }).delivered)).toEqual(names.map(() => 1));
      const heard = await Promise.all(peers.map((peer) => peer.heard()));
      expect(heard).toEqual(names.map((room) => JSON.stringify({ room })));
      expect(peers.every(({ socket }) => socket.inbox.waiting.length <= 4)).toBe(true);
      expect((await server.get('/health')).json).toMatchObject({ connections: 100, rooms: 100 });
    });
  });
}
