import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { Answers, type AnswersOptions, sendBytes, sendChunks } from './webhook-answers.ts';

const MEGABYTE = Buffer.alloc(1024 * 1024);

/** A server with answers of a megabyte, and one without end; and a client that has asked for one of them. */
async function serverOf(options: AnswersOptions) {
  const app = Fastify();
  const answers = new Answers(options);
  let ended = 0;
  app.get('/megabyte', (_, reply) => {
    answers.begin(reply, '::1', MEGABYTE.length);
    return sendBytes(reply, MEGABYTE);
  });
  app.get('/endless', (_, reply) => {
    answers.begin(reply, '::1', 1);
    return sendChunks(
      reply,
      (async function* () {
        try {
          for (;;) {
            yield MEGABYTE;
            await setImmediate();
          }
        } finally {
          ended++;
        }
      })(),
    );
  });
  onTestFinished(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const ask = (path: string): Socket => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    return socket;
  };
  return { url, ask, ended: () => ended };
}

test('W11 who does not read is cut off, and what was made for it is let go', async () => {
  const { ask, ended } = await serverOf({ patience: 100 });
  const socket = ask('/endless');
  await expect.poll(ended, { timeout: 5000 }).toBe(1);
  socket.resume();
  await once(socket, 'close');
});

test('W11 who reads gets all of it, at its own pace', async () => {
  const { url, ask, ended } = await serverOf({ patience: 100 });
  const socket = ask('/endless');
  let read = 0;
  socket.resume().on('data', (chunk) => {
    read += chunk.length;
    if (read > 50_000_000) socket.destroy();
  });
  await once(socket, 'close');
  expect(read).toBeGreaterThan(50_000_000);
  await expect.poll(ended).toBe(1);
  const answer = await fetch(`${url}/megabyte`);
  expect(answer.headers.get('content-length')).toBe(String(MEGABYTE.length));
  expect(Buffer.from(await answer.arrayBuffer()).equals(MEGABYTE)).toBe(true);
});

test('W11 bytes under way are bounded, and free again when their readers have them or go', async () => {
  const { url, ask, ended } = await serverOf({ inAll: MEGABYTE.length, each: MEGABYTE.length });
  const status = async () => {
    const answer = await fetch(`${url}/megabyte`);
    await answer.arrayBuffer();
    return answer.status;
  };
  expect(await status()).toBe(200);
  await expect.poll(status).toBe(200);
  const idle = ask('/endless');
  await expect.poll(status).toBe(500); // this server knows nothing of our codes
  idle.destroy();
  await expect.poll(ended).toBe(1);
  await expect.poll(status).toBe(200);
});
