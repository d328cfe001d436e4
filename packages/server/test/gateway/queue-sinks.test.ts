import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Connection } from 'rabbitmq-client';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { Forwarder } from '../../src/gateway/forwarder.ts';
import { createSink } from '../../src/gateway/sinks/create-sink.ts';
import type { OutboundEvent, Outcome, Sink } from '../../src/gateway/sinks/sink.ts';
import { systemClock } from '../../src/util/clock.ts';
import { type LogLine, listLog, openStore, temporaryFolder } from '../store/harness.ts';
import { TIMED } from '../support/timed.ts';
import { Broker } from './brokers.ts';
import { event } from './forwarding.ts';

const TOPIC = 'shop.events';
const DELIVERED = { kind: 'delivered', reply: null };

async function sinkAt(forwardUrl: string, log: LogLine[] = [], timeout = 2000): Promise<Sink> {
  const settings = {
    forwardUrl,
    forwardSecret: '',
    forwardTopic: TOPIC,
    forwardTimeout: timeout,
    forwardConcurrency: 8,
  };
  const sink = await createSink(settings, listLog(log));
  if (!sink) throw new Error('There is no sink');
  onTestFinished(() => sink.close());
  return sink;
}

function outbound(userId = '42', part: { event?: string } = {}): OutboundEvent {
  const whole = event(userId, part);
  return { id: whole.id, userId, event: whole.event, body: JSON.stringify(whole) };
}

/** Tries until it is taken, as the forwarder does. Returns what else it came to. */
async function insist(sink: Sink, one: OutboundEvent): Promise<readonly Outcome[]> {
  const failures: Outcome[] = [];
  for (;;) {
    const outcome = await sink.send(one);
    if (outcome.kind === 'delivered') return failures;
    failures.push(outcome);
    // Not a wait for something: the pause between two tries, which the forwarder makes as well.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('G3.1 events go into a Redis stream, and go on after Redis was away', async () => {
  const broker = await Broker.redis('--requirepass', 'pass word', '--appendonly', 'yes', '--appendfsync', 'always');
  const url = `redis://:pass%20word@127.0.0.1:${broker.port}`;
  const log: LogLine[] = [];
  const sink = await sinkAt(url, log);
  const [first, second] = [outbound(), outbound('7', { event: 'é\r\n' })];
  await insist(sink, first);
  await broker.kill();
  expect(await sink.send(second)).toMatchObject({ kind: 'away', isGeneral: true });
  await broker.open();
  await insist(sink, second);
  const reader = createClient({ url });
  await reader.connect();
  onTestFinished(() => reader.destroy());
  const entries = (await reader.xRange(TOPIC, '-', '+')) ?? [];
  expect(entries.map(({ message }) => ({ ...message }))).toEqual([{ ...first }, { ...second }]);
  expect(`${sink.name}${JSON.stringify(log)}`).not.toContain('pass');
});

test('G3.5 a Redis that would forget the events is told of in the log; a wrong password, or no memory, is no loss', async () => {
  const broker = await Broker.redis(
    '--requirepass',
    'right',
    '--maxmemory',
    '100mb',
    '--maxmemory-policy',
    'allkeys-lru',
  );
  const log: LogLine[] = [];
  await insist(await sinkAt(`redis://:right@127.0.0.1:${broker.port}`, log), outbound());
  const warned = log.map(({ msg }) => msg).join('\n');
  expect(warned).toContain('appendonly is off');
  expect(warned).toContain('noeviction');
  const stranger = await sinkAt(`redis://:wrong@127.0.0.1:${broker.port}`);
  expect(await stranger.send(outbound())).toMatchObject({ kind: 'away' });
});

test('G3.1 events go into a durable queue of RabbitMQ, confirmed and persistent', async () => {
  const broker = await Broker.rabbitMq();
  const url = `amqp://127.0.0.1:${broker.port}`;
  const sink = await sinkAt(url, [], 10_000);
  const [first, second, third] = [outbound(), outbound('7', { event: 'é\r\n' }), outbound()];
  await insist(sink, first);
  expect(await sink.send(second)).toEqual(DELIVERED);
  const reader = new Connection(url.replace('//', '//guest:guest@'));
  reader.on('error', () => {});
  onTestFinished(() => reader.unsafeDestroy());
  const take = async () => {
    const message = await reader.basicGet({ queue: TOPIC, noAck: true });
    return (
      message && {
        body: JSON.stringify(message.body),
        id: message.messageId,
        headers: message.headers,
        durable: message.durable,
      }
    );
  };
  for (const { id, userId, event: name, body } of [first, second]) {
    expect(await take()).toEqual({ body, id, headers: { id, userId, event: name }, durable: true });
  }
  expect(await reader.queueDeclare({ queue: TOPIC, passive: true })).toMatchObject({ messageCount: 0 });
  // RabbitMQ confirms what it throws away for lack of a queue; that must not count.
  await reader.queueDelete(TOPIC);
  expect(await sink.send(third)).toMatchObject({ kind: 'away' });
  expect(await insist(sink, third)).toEqual([]);
  expect((await take())?.id).toBe(third.id);
  await broker.kill();
  expect(await sink.send(third)).toMatchObject({ kind: 'away', isGeneral: true });
}, 90_000);

test('G3.1 events go into a stream of NATS JetStream, which is made where there is none, once for each id', async () => {
  const broker = await Broker.nats('--user', 'ann', '--pass', 'pass word');
  const sink = await sinkAt(`nats://ann:pass%20word@127.0.0.1:${broker.port}`);
  const [first, second] = [outbound(), outbound('7', { event: 'é\r\n' })];
  expect(await sink.send(first)).toEqual(DELIVERED);
  expect(await sink.send(first)).toEqual(DELIVERED);
  await broker.kill();
  expect(await sink.send(second)).toMatchObject({ kind: 'away', isGeneral: true });
  await broker.open();
  await insist(sink, second);
  const reader = await connect({ servers: `127.0.0.1:${broker.port}`, user: 'ann', pass: 'pass word' });
  onTestFinished(() => reader.close());
  const { streams, consumers } = await jetstreamManager(reader);
  const stream = await streams.find(TOPIC);
  expect([stream, (await streams.info(stream)).config.storage]).toEqual(['shop_events', 'file']);
  const { name = '' } = await consumers.add(stream, { ack_policy: 'none' });
  const consumer = await jetstream(reader).consumers.get(stream, name);
  const bodies: string[] = [];
  for await (const message of await consumer.fetch({ max_messages: 3, expires: 1000 })) bodies.push(message.string());
  expect(bodies).toEqual([first.body, second.body]);
  expect(sink.name).not.toContain('pass');
});

test('an event that is larger than NATS takes is refused for good', async () => {
  const broker = await Broker.nats();
  const sink = await sinkAt(`nats://127.0.0.1:${broker.port}`);
  await insist(sink, outbound());
  const huge = { ...outbound(), body: 'x'.repeat(1_100_000) };
  expect(await sink.send(huge)).toMatchObject({ kind: 'refused' });
});

test.each(['redis', 'amqp', 'nats', 'kafka'])(
  'nobody at %s:// is absence, within the timeout',
  TIMED,
  async (scheme) => {
    const sink = await sinkAt(`${scheme}://127.0.0.1:1`, [], 1000);
    const begun = performance.now();
    expect(await sink.send(outbound())).toMatchObject({ kind: 'away', isGeneral: true });
    expect(performance.now() - begun).toBeLessThan(3000);
    await sink.close();
  },
);

test('G3.1 G3.5 the forwarder hands events to a queue in order per user, whatever happens to the queue', async () => {
  const broker = await Broker.redis('--appendonly', 'yes', '--appendfsync', 'always');
  const url = `redis://127.0.0.1:${broker.port}`;
  const store = await openStore(temporaryFolder());
  const forwarder = await Forwarder.open({
    store: store.outbox,
    sink: await sinkAt(url),
    clock: systemClock,
    log: listLog(),
    forwardConcurrency: 16,
    outboxSize: 10_000_000,
    breaker: { threshold: 5, min: 10, max: 50 },
  });
  onTestFinished(() => forwarder.stop());
  forwarder.start();
  const events = Array.from({ length: 2000 }, (_, i) => event(`u${i % 20}`));
  const replies: Promise<unknown>[] = [];
  for (const [i, one] of events.entries()) {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    replies.push(promise);
    await forwarder.accept(one, resolve);
    if (i === 700) await broker.kill();
    if (i === 1300) await broker.open();
  }
  expect(new Set(await Promise.all(replies))).toEqual(new Set([null]));
  const reader = createClient({ url });
  await reader.connect();
  onTestFinished(() => reader.destroy());
  const arrived = ((await reader.xRange(TOPIC, '-', '+')) ?? []).map(({ message }) => message);
  for (let user = 0; user < 20; user++) {
    const ids = arrived.filter(({ userId }) => userId === `u${user}`).map(({ id }) => id);
    expect([...new Set(ids)]).toEqual(events.filter(({ userId }) => userId === `u${user}`).map(({ id }) => id));
  }
});
