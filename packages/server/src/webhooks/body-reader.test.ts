import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { BodyReader } from './body-reader.ts';

function incoming(): IncomingMessage {
  return new IncomingMessage(new Socket());
}

test('W11 all bodies under way together take no more than their place, and give it back', async () => {
  const reader = new BodyReader({ limit: 10, capacity: 15 });
  const [one, two, three] = [incoming(), incoming(), incoming()];
  const [first, second] = [reader.read(one), reader.read(two)];
  one.push(Buffer.alloc(9));
  one.push(null);
  expect(await first).toMatchObject({ end: 'complete' });
  expect(reader.underWay).toBe(9);
  two.push(Buffer.alloc(9));
  const refused = await second;
  expect(refused.end).toBe('no_room');
  reader.release(await first);
  reader.release(refused);
  expect(reader.underWay).toBe(0);
  const third = reader.read(three);
  three.push(Buffer.from('abc'));
  three.push(Buffer.from('defghijklm'));
  expect(await third).toEqual({ bytes: Buffer.from('abcdefghij'), end: 'too_large' });
});

test('W11 what came before the sender went is there', async () => {
  const reader = new BodyReader({ limit: 10, capacity: 15 });
  const request = incoming();
  const read = reader.read(request);
  request.push(Buffer.from('abc'));
  await new Promise((resolve) => request.once('data', resolve));
  request.destroy(new Error('gone'));
  expect(await read).toEqual({ bytes: Buffer.from('abc'), end: 'broken' });
});
