import { describe, expect, test } from 'vitest';
import { joinBridge } from './support/bridge.ts';
import { aProblem, call, problemOf } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';

describe('emit', () => {
  test('B3 answers how many clients it reached, raw and native together', async () => {
    const server = await serve();
    const raw = await joinBridge(server, 'lobby');
    const native = await NativeClient.connect(server);
    await native.join('bridge:lobby');
    const { status, json } = await server.emit({ room: 'lobby', data: [1, null], event: 'numbers' });
    expect(status).toBe(200);
    expect(json).toEqual({
      room: 'bridge:lobby',
      delivered: 2,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      id: null,
      offset: null,
      epoch: null,
    });
    expect(await raw.next()).toBe('[1,null]');
    expect((await native.next('publication')).payload).toMatchObject({ event: 'numbers', data: [1, null] });
  });

  test('B3 hands data on byte for byte, wherever it stands in the body', async () => {
    const server = await serve();
    const client = await joinBridge(server, 'exact');
    for (const data of ['{ "a" : 1.0 }', '1e400', '12345678901234567890', '"\\u00e9\\/ é😀"', 'null', '[ ]', '-0']) {
      await server.emit(`{"room":"exact","data":${data}}`);
      await server.emit(` { "data" :\t${data}\n, "room" : "exact" } `);
      expect([await client.next(), await client.next()]).toEqual([data, data]);
    }
  });

  test('B3 into a room that nobody is in reaches nobody, and makes no room', async () => {
    const server = await serve();
    expect((await server.emit({ room: 'void', data: 1 })).json).toMatchObject({ delivered: 0 });
    expect(await server.rooms()).toEqual([]);
  });

  const BAD_BODIES: readonly (readonly [what: string, body: string, code: string, field?: string])[] = [
    ['without room', '{"data":1}', 'VALIDATION_ERROR', 'body.room'],
    ['without data', '{"room":"a"}', 'VALIDATION_ERROR', 'body.data'],
    ['with an empty room', '{"room":"","data":1}', 'VALIDATION_ERROR', 'body.room'],
    ['with a room of 10 kB', `{"room":"${'x'.repeat(10_000)}","data":1}`, 'VALIDATION_ERROR', 'body.room'],
    ['with a control character in its room', '{"room":"a\\u0000","data":1}', 'VALIDATION_ERROR', 'body.room'],
    ['with a lone surrogate in its room', '{"room":"a\\ud800","data":1}', 'VALIDATION_ERROR', 'body.room'],
    ['with a number for a room', '{"room":1,"data":1}', 'VALIDATION_ERROR', 'body.room'],
    [
      'with an event that is too long',
      `{"room":"a","data":1,"event":"${'x'.repeat(65)}"}`,
      'VALIDATION_ERROR',
      'body.event',
    ],
    [
      'that has room and data in `__proto__` only',
      '{"__proto__":{"room":"a","data":1}}',
      'VALIDATION_ERROR',
      'body.room',
    ],
    ['that is a list', '[]', 'VALIDATION_ERROR', 'body'],
    ['that is null', 'null', 'VALIDATION_ERROR', 'body'],
    ['that is not JSON', '{"room":', 'INVALID_JSON'],
    ['that is empty', '', 'INVALID_JSON'],
    ['of a hundred thousand brackets', '['.repeat(100_000), 'INVALID_JSON'],
  ];

  for (const [what, body, code, field] of BAD_BODIES) {
    test(`B7 a body ${what} is refused with 400, its code and the field`, async () => {
      const server = await serve();
      const problem = problemOf(await server.emit(body));
      expect(problem).toEqual(aProblem(400, code, field === undefined ? {} : { field }));
    });
  }

  test('B7 a body over the limit is refused with 413', async () => {
    const server = await serve({ maxFrameSize: 2048 });
    expect(problemOf(await server.emit({ room: 'a', data: 'x'.repeat(3000) }))).toEqual(
      aProblem(413, 'PAYLOAD_TOO_LARGE'),
    );
  });

  test('B7 a body without the content type of JSON is refused with 415', async () => {
    const server = await serve();
    const body = '{"room":"a","data":1}';
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonx',
      'multipart/form-data',
    ]) {
      const answer = await server.emit(body, { 'content-type': type });
      expect(problemOf(answer)).toEqual(aProblem(415, 'UNSUPPORTED_MEDIA_TYPE'));
    }
    const none = await call(server.port, { method: 'POST', path: '/api/emit', body });
    expect(problemOf(none)).toEqual(aProblem(415, 'UNSUPPORTED_MEDIA_TYPE'));
    expect((await server.emit(body, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });
});
