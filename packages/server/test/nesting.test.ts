import { expect, test } from 'vitest';
import { call } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const REFUSED = { code: 'VALIDATION_ERROR' };

test('D14 G8.5 what is nested too deep is refused by everyone who takes JSON, and its sender goes on', async () => {
  const server = await serve();
  const native = await NativeClient.connect(server);
  const socketIo = await SocketIoClient.connect(server);
  await native.join('live:x');
  await socketIo.join('live:x');
  for (const depth of [101, 3000]) {
    const data = nested(depth);
    expect(await native.ask('publish', { roomId: 'live:x', data })).toMatchObject({ type: 'error', payload: REFUSED });
    expect(await socketIo.ask('publish', { roomId: 'live:x', data })).toMatchObject({ ok: false, ...REFUSED });
    expect(await socketIo.ask('an-event-of-the-backend', data)).toMatchObject({ ok: false, ...REFUSED });
    for (const answer of [
      await server.push({ broadcast: true, event: 'deep', data }),
      await server.emit({ room: 'x', data }),
    ]) {
      expect(answer).toMatchObject({ status: 400, json: REFUSED });
    }
  }
  await native.publish('live:x', nested(98));
  expect(await socketIo.next('message')).toEqual(nested(98));
});

test('G5.4 a user is disconnected without a word of the reason, too', async () => {
  const server = await serve();
  const client = await SocketIoClient.connect(server);
  await client.register('42');
  const answer = await call(server.port, { path: '/api/users/42/disconnect', method: 'POST' });
  expect(answer.json).toMatchObject({ disconnected: 1 });
  await client.states.next(({ state }) => state === 'disconnect', 'the end');
});
