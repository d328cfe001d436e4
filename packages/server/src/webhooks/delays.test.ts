import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Delays } from './delays.ts';

function response(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

const HOUR = 3_600_000;

test('W11 a sender that goes away while its answer is held back takes up nothing any more', async () => {
  const delays = new Delays();
  const gone = response();
  const waiting = delays.wait(HOUR, gone);
  expect(delays.waiting).toBe(1);
  gone.emit('close');
  await waiting;
  expect(delays.waiting).toBe(0);
  expect(gone.listenerCount('close')).toBe(0);
});

test('W11 no more answers are held back than there is place for, and all are given in the end', async () => {
  const delays = new Delays();
  const waits = Array.from({ length: 1000 }, () => delays.wait(HOUR, response()));
  await delays.wait(HOUR, response());
  expect(delays.waiting).toBe(1000);
  delays.finish();
  await Promise.all(waits);
  expect(delays.waiting).toBe(0);
});
