import { onTestFinished } from 'vitest';
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
