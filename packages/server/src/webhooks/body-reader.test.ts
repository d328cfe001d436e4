import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { BodyReader } from './body-reader.ts';

const HERE = '192.0.2.1';

function incoming(): IncomingMessage {
  return new IncomingMessage(new Socket());
}

/** A reader, and what it refused, in order. */
function setUp(capacity = 15) {
  const reader = new BodyReader({ limit: 10, capacity });
  const refused: IncomingMessage[] = [];
  const read = (request: IncomingMessage, address = HERE) => reader.read(request, address, () => refused.push(request));
  return { reader, refused, read };
}

test('W11 all bodies under way together take no more than their place, and give it back', async () => {
  const { reader, refused, read } = setUp();
  const [one, two, three] = [incoming(), incoming(), incoming()];
  const [first, second] = [read(one), read(two)];
  one.push(Buffer.alloc(9));
  one.push(null);
  expect(await first).toMatchObject({ end: 'complete' });
  expect(reader.underWay).toBe(9);
  two.push(Buffer.alloc(9));
  expect(await second).toEqual({ bytes: Buffer.alloc(0), end: 'no_room' });
  expect(reader.underWay).toBe(9);
  reader.release(await first);
  reader.release(await second);
  expect(reader.underWay).toBe(0);
  const third = read(three);
  three.push(Buffer.from('abc'));
  three.push(Buffer.from('defghijklm'));
  expect(await third).toEqual({ bytes: Buffer.from('abcdefghij'), end: 'too_large' });
  expect(refused).toEqual([two, three]);
});

test('W11 bodies that go on in small bits and in all sizes are whole, and those that were broken off are over', async () => {
  const { reader, read } = setUp(20);
  const requests = [incoming(), incoming(), incoming()];
  const reads = requests.map((request) => read(request));
  for (let i = 0; i < 9; i++) {
    for (const request of requests) request.push(Buffer.of(i));
    await new Promise(setImmediate);
  }
  for (const request of requests) request.push(null);
  const ends = (await Promise.all(reads)).map(({ end, bytes }) => [end, bytes.length]);
  expect(ends).toEqual([
    ['no_room', 0],
    ['complete', 9],
    ['complete', 9],
  ]);
  expect(reader.underWay).toBe(18);
});

test('W11 what came before the sender went is there', async () => {
  const { read } = setUp();
  const request = incoming();
  const found = read(request);
  request.push(Buffer.from('abc'));
  await new Promise((resolve) => request.once('data', resolve));
  request.destroy(new Error('gone'));
  expect(await found).toEqual({ bytes: Buffer.from('abc'), end: 'broken' });
});
