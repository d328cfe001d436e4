import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { Forwarder } from '../../src/gateway/forwarder.ts';
import { HttpSink } from '../../src/gateway/sinks/http.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/util/clock.ts';

/**
 * A process with a store and a forwarder of its own, for what only a process can show. Started with a folder and an
 * address; each line of standard input is the JSON of an event to accept. It writes the id of each that was accepted.
 */
const [, , directory = '', url = ''] = process.argv;
const log = pino({ level: 'silent' });
const store = await openSqliteStore({ directory, log });
const forwarder = await Forwarder.open({
  store: store.outbox,
  sink: new HttpSink({ url, secret: '', timeout: 5000, connections: 16 }),
  clock: systemClock,
  log,
  forwardConcurrency: 16,
  outboxSize: 64 * 1024 * 1024,
  retry: { min: 2, max: 50 },
  breaker: { threshold: 5, min: 5, max: 50 },
});
forwarder.start();
createInterface({ input: process.stdin }).on('line', async (line) => {
  const event = JSON.parse(line);
  await forwarder.accept(event);
  process.stdout.write(`${event.id}\n`);
});
process.stdout.write('ready\n');
