import { onTestFinished } from 'vitest';
import { Chat, type ChatOptions } from '../src/chat/index.ts';
import { Roomcast, type RoomcastOptions } from '../src/index.ts';
import { FakeServer } from './fake-server.ts';
import { ManualClock } from './manual-clock.ts';

/** A fake server, a client of it that lives in manual time and without jitter; both end with the test. */
export async function withFakeServer(options: RoomcastOptions = {}) {
  const server = await FakeServer.start();
  const clock = new ManualClock();
  const client = new Roomcast(server.url, { clock, random: () => 0, ...options });
  onTestFinished(() => {
    client.close();
    server.stop();
  });
  return { server, clock, client };
}

/** A fake server of chat, and a chat of it in manual time and without jitter; both end with the test. */
export async function withFakeChat(options: ChatOptions = {}) {
  const server = await FakeServer.start('/ws/chat');
  const clock = new ManualClock();
  const chat = new Chat(server.url, { clock, random: () => 0, now: () => 1_000_000 + clock.now(), ...options });
  onTestFinished(() => {
    chat.close();
    server.stop();
  });
  return { server, clock, chat };
}
