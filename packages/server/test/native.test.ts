import { describe, expect, test } from 'vitest';
import { rawMember } from '../src/util/raw-json.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';
import { type Face, transportContract } from './transport-contract.ts';

const native: Face = {
  async enter(server, room, options) {
    const client = await NativeClient.connect(server, options);
    const roomId = `bridge:${room}`;
    await client.join(roomId);
    const publications = client.texts;
    let read = publications.length;
    return {
      socket: client.socket,
      say: (json) =>
        client.socket.send(`{"type":"publish","payload":{"roomId":${JSON.stringify(roomId)},"data":${json}}}`),
      async heard() {
        await client.next('publication');
        while (!publications[read]?.startsWith('{"type":"publication"')) read++;
        const payload = rawMember(publications[read++] ?? '', 'payload') ?? '';
        return rawMember(payload, 'data') ?? '';
      },
    };
  },
  bad: {
    'text that is not JSON': { message: '{"type":', code: null },
    'an empty message': { message: '', code: null },
    'a list': { message: '[]', code: null },
    'a type that is no string': { message: '{"type":7}', code: null },
    'an unknown type': { message: '{"type":"constructor","payload":{}}', code: null },
    'a payload of the wrong shape': { message: '{"type":"publish","payload":[]}', code: null },
    'a binary message': { message: Buffer.from('{"type":"get_rooms"}'), code: null },
    'thousands of brackets': { message: '['.repeat(4000), code: null },
    'a key that is called __proto__': {
      message:
        '{"__proto__":{"type":"publish"},"type":"publish","payload":{"__proto__":{"roomId":"bridge:hall","data":1}}}',
      code: null,
    },
  },
};

transportContract('native', native);

const LIVE = 'live:room';

describe('what every native connection is told', () => {
  test('W9 the first frame is `connected` with an id of its own', async () => {
    const server = await serve({ pingInterval: 20_000, pingTimeout: 50_000, maxFrameSize: 2048 });
    const [a, b] = [await NativeClient.connect(server), await NativeClient.connect(server)];
    expect(a.connectionId).toMatch(/^[\w-]{20}$/);
    expect(b.connectionId).not.toBe(a.connectionId);
    expect(JSON.parse(a.texts[0] ?? '')).toEqual({
      type: 'connected',
      timestamp: expect.any(String),
      payload: {
        connectionId: a.connectionId,
        subprotocol: 'roomcast.v1',
        pingInterval: 20_000,
        pingTimeout: 50_000,
        maxFrameSize: 2048,
      },
    });
  });

  test('D1 every frame has a type, a payload and an ISO timestamp in UTC, whatever it says', async () => {
    const server = await serve();
    const [a, b] = [await NativeClient.connect(server), await NativeClient.connect(server)];
    await a.join(LIVE);
    await b.join(LIVE);
    await a.publish(LIVE, 'hello', { clientMessageId: 'one' });
    await b.next('publication');
    await b.ask('get_members', { roomId: LIVE });
    await b.ask('get_history', { roomId: LIVE });
    await b.ask('get_rooms');
    await b.ask('heartbeat', { sequence: 1 });
    await b.ask('nonsense');
    await b.ask('join_room', { roomId: 'chat:closed' });
    await b.ask('resume_session', { sessionId: 'a-session-of-mine' });
    await b.ask('leave_room', { roomId: LIVE });
    await a.next('user_left');
    const frames = [...a.texts, ...b.texts].map((text) => JSON.parse(text));
    expect(new Set(frames.map(({ type }) => type)).size).toBeGreaterThanOrEqual(13);
    for (const frame of frames) {
      expect(Object.keys(frame).filter((key) => key !== 'id')).toEqual(['type', 'timestamp', 'payload']);
      expect(new Date(frame.timestamp).toISOString()).toBe(frame.timestamp);
      expect(typeof frame.payload).toBe('object');
    }
  });

  test('D1 the id of a command is echoed in its answer, be it a number, a string or in a refusal', async () => {
    const client = await NativeClient.connect(await serve());
    for (const id of [0, 1.5, -7, '', 'x'.repeat(64), '"\\\u2028😀']) {
      client.tell('heartbeat', { sequence: 3 }, id);
      expect(await client.frames.next()).toMatchObject({ type: 'heartbeat', id, payload: { sequence: 3 } });
      client.tell('publish', {}, id);
      expect(await client.frames.next()).toMatchObject({ type: 'error', id, payload: { originalType: 'publish' } });
    }
    client.tell('heartbeat', { sequence: 4 });
    expect(Object.keys(await client.frames.next())).not.toContain('id');
  });
});

describe('refusals', () => {
  const REFUSED: readonly (readonly [what: string, text: string, payload: object])[] = [
    ['JSON that breaks off', '{"type"', { code: 'INVALID_JSON', originalType: null }],
    ['no object', '"publish"', { code: 'VALIDATION_ERROR', originalType: null }],
    ['no type', '{"payload":{}}', { code: 'VALIDATION_ERROR', originalType: null, field: 'type' }],
    ['an id that is an object', '{"type":"get_rooms","id":{}}', { code: 'VALIDATION_ERROR', field: 'id' }],
    ['an id that is too long', `{"type":"get_rooms","id":"${'x'.repeat(65)}"}`, { code: 'VALIDATION_ERROR' }],
    ['an unknown type', '{"type":"shout","payload":{}}', { code: 'UNKNOWN_TYPE', originalType: 'shout' }],
    ['`__proto__` as type', '{"type":"__proto__"}', { code: 'UNKNOWN_TYPE', originalType: '__proto__' }],
    ['`toString` as type', '{"type":"toString"}', { code: 'UNKNOWN_TYPE', originalType: 'toString' }],
    ['no payload', '{"type":"join_room"}', { code: 'VALIDATION_ERROR', field: 'payload.roomId' }],
    ['a payload that is null', '{"type":"join_room","payload":null}', { code: 'VALIDATION_ERROR', field: 'payload' }],
    [
      'a field inherited from `__proto__`',
      '{"type":"leave_room","payload":{"__proto__":{"roomId":"live:x"}}}',
      { code: 'VALIDATION_ERROR', field: 'payload.roomId' },
    ],
    [
      'a room id without a namespace',
      '{"type":"leave_room","payload":{"roomId":"Not one:x"}}',
      { code: 'VALIDATION_ERROR', field: 'payload.roomId', originalType: 'leave_room' },
    ],
    [
      'an offset that is no whole number',
      '{"type":"join_room","payload":{"roomId":"live:x","since":{"epoch":"e","offset":1.5}}}',
      { code: 'VALIDATION_ERROR', field: 'payload.since.offset' },
    ],
    [
      'a page that is too long',
      '{"type":"get_rooms","payload":{"limit":501}}',
      { code: 'VALIDATION_ERROR', field: 'payload.limit' },
    ],
    [
      'a cursor of somebody else',
      '{"type":"get_rooms","payload":{"cursor":"?"}}',
      { code: 'VALIDATION_ERROR', field: 'payload.cursor' },
    ],
    [
      'a room that was not joined',
      '{"type":"publish","payload":{"roomId":"live:x","data":1}}',
      { code: 'NOT_IN_ROOM', originalType: 'publish' },
    ],
    ['the members of such a room', '{"type":"get_members","payload":{"roomId":"live:x"}}', { code: 'NOT_IN_ROOM' }],
    ['the history of such a room', '{"type":"get_history","payload":{"roomId":"live:x"}}', { code: 'NOT_IN_ROOM' }],
  ];

  for (const [what, text, payload] of REFUSED) {
    test(`D14 ${what} is answered with its code, and the connection lives on`, async () => {
      const client = await NativeClient.connect(await serve());
      client.socket.send(text);
      expect((await client.next('error')).payload).toMatchObject(payload);
      expect(await client.ask('heartbeat', { sequence: 1 })).toMatchObject({ type: 'heartbeat' });
    });
  }

  test('D14 a long type of a client is not repeated to it in full', async () => {
    const client = await NativeClient.connect(await serve());
    client.tell('x'.repeat(10_000));
    const { payload } = await client.next('error');
    expect(payload.originalType).toBe('x'.repeat(64));
    expect(JSON.stringify(payload).length).toBeLessThan(400);
  });

  test('D14 in rooms without presence or history there are neither members nor a past to ask for', async () => {
    const client = await NativeClient.connect(await serve());
    expect(await client.join('bridge:plain')).toMatchObject({ members: null, offset: null, epoch: null, history: [] });
    for (const type of ['get_members', 'get_history']) {
      expect(await client.ask(type, { roomId: 'bridge:plain' })).toMatchObject({ payload: { code: 'FORBIDDEN' } });
    }
  });

  test('D14 joins that are refused answer `join_room_error` with the code', async () => {
    const client = await NativeClient.connect(await serve());
    const codes = {
      'chat:x': 'UNAUTHENTICATED',
      'user:x': 'FORBIDDEN',
      'webhook:x': 'FORBIDDEN',
      'admin:x': 'FORBIDDEN',
      'nowhere:x': 'NOT_FOUND',
      'constructor:x': 'NOT_FOUND',
      'live:': 'VALIDATION_ERROR',
      [`live:${'x'.repeat(129)}`]: 'VALIDATION_ERROR',
      'Live:x': 'VALIDATION_ERROR',
    };
    for (const [roomId, code] of Object.entries(codes)) {
      const { type, payload } = await client.ask('join_room', { roomId });
      expect({ type, payload }).toMatchObject({ type: 'join_room_error', payload: { roomId, code } });
    }
  });

  test('D13 too many commands are refused with the time to wait, after which they work', async () => {
    const server = await serve({ messageRate: 4, messageBurst: 5 });
    const client = await NativeClient.connect(server);
    for (let sequence = 0; sequence < 6; sequence++) client.tell('heartbeat', { sequence }, sequence);
    for (let id = 0; id < 5; id++) expect(await client.frames.next()).toMatchObject({ type: 'heartbeat', id });
    const refused = (await client.frames.next()) as Awaited<ReturnType<typeof client.next<'error'>>>;
    expect(refused).toMatchObject({ id: 5, payload: { code: 'RATE_LIMITED', originalType: 'heartbeat' } });
    const wait = refused.payload.retryAfter ?? 0;
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(1000);
    await new Promise((resolve) => setTimeout(resolve, wait)); // the server said how long
    expect(await client.ask('heartbeat', { sequence: 9 })).toMatchObject({ type: 'heartbeat' });
  });

  test('D13 a client that goes on in spite of many refusals is closed with 4102', async () => {
    const client = await NativeClient.connect(await serve({ messageRate: 1, messageBurst: 2 }));
    for (let sequence = 0; sequence < 30; sequence++) client.tell('heartbeat', { sequence });
    expect((await client.next('disconnect')).payload).toMatchObject({ code: 4102, reconnect: true });
    expect((await client.closed).code).toBe(4102);
  });
});

describe('bounds', () => {
  test('D13 a connection may be in so many rooms, and leaving one makes place', async () => {
    const client = await NativeClient.connect(await serve({ maxRoomsPerConnection: 2 }));
    await client.join('live:1');
    await client.join('live:2');
    const refused = await client.ask('join_room', { roomId: 'live:3' });
    expect(refused).toMatchObject({ type: 'join_room_error', payload: { code: 'LIMIT_EXCEEDED' } });
    await client.join('live:2'); // one that it is in takes no place
    await client.expect('room_left', 'leave_room', { roomId: 'live:1' });
    await client.join('live:3');
  });

  test('D13 a server holds so many rooms, and one that ends makes place', async () => {
    const server = await serve({ maxRooms: 2 });
    const client = await NativeClient.connect(server);
    await client.join('bridge:1');
    await client.join('bridge:2');
    const refused = await client.ask('join_room', { roomId: 'bridge:3' });
    expect(refused).toMatchObject({ type: 'join_room_error', payload: { code: 'LIMIT_EXCEEDED' } });
    await client.expect('room_left', 'leave_room', { roomId: 'bridge:1' });
    await client.join('bridge:3');
    expect(await server.rooms()).toEqual(['bridge:2', 'bridge:3']);
  });

  test('D13 rooms that live on for their log alone give way to those that somebody wants', async () => {
    const server = await serve({ maxRooms: 2 });
    const client = await NativeClient.connect(server);
    for (const roomId of ['live:1', 'live:2']) {
      await client.join(roomId);
      await client.publish(roomId, 1);
      await client.expect('room_left', 'leave_room', { roomId });
    }
    await client.join('live:3');
    expect(await server.rooms()).toEqual(['live:2', 'live:3']);
  });
});
