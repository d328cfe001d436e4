import { expect, test } from 'vitest';
import type { ForwardedEvent } from '../../src/gateway/event.ts';
import { temporaryFolder } from '../store/harness.ts';
import { answer, type Delivery, TestBackend } from './backend.ts';
import { event, forwardTo, replyTo } from './forwarding.ts';

test('G3.1 G3.4 what is accepted reaches the backend unchanged', async () => {
  const backend = await TestBackend.start();
  const { forwarder } = await forwardTo(backend);
  const one = event('42', {
    data: { 'é😀': [null, 1.5, { $base64: 'AA==' }] },
    args: [[], 'x'],
    binary: true,
    room: 'a:b',
  });
  await forwarder.accept(one);
  await backend.until(() => backend.deliveries.length === 1);
  expect(backend.deliveries[0]?.event).toEqual(one);
});

test('G3.4 the reply goes to who asked, once, and null where the backend says nothing', async () => {
  const backend = await TestBackend.start(
    answer(200, {}, '{"ack":{"ok":true},"push":[{"userId":"7","event":"e","data":1}]}'),
  );
  const { forwarder } = await forwardTo(backend);
  const reply = { ack: { ok: true }, push: [{ userId: '7', event: 'e', data: 1 }] };
  expect(await replyTo(forwarder, event('42'))).toEqual(reply);
  backend.behave = answer(204);
  expect(await replyTo(forwarder, event('42'))).toBeNull();
});

test('G3.5 an answer that breaks off is asked for again with the same id, and its pushes are carried out', async () => {
  const body = '{"ack":1,"push":[{"userId":"7","event":"e","data":1}]}';
  const backend = await TestBackend.start(({ response }) => {
    response.writeHead(200, { 'content-length': body.length }).write(body.slice(0, 20), () => response.destroy());
    backend.behave = answer(200, {}, body);
  });
  const pushed: unknown[] = [];
  const carryOut = async (eventId: string, push: readonly unknown[]) => void pushed.push([eventId, push.length]);
  const { forwarder } = await forwardTo(backend, { carryOut });
  const one = event('42');
  expect(await replyTo(forwarder, one)).toMatchObject({ ack: 1 });
  expect([backend.ids(), pushed]).toEqual([[one.id, one.id], [[one.id, 1]]]);
});

test('G3.5 an answer that cannot be used is in the log once, without what it says', async () => {
  const backend = await TestBackend.start(answer(200, { 'content-type': 'application/json' }, '{"ack":"content'));
  const { forwarder, log } = await forwardTo(backend);
  const one = event('42');
  expect(await replyTo(forwarder, one)).toBeNull();
  expect(backend.ids()).toEqual([one.id]);
  const warnings = log.filter(({ level }) => level === 40);
  expect(warnings).toMatchObject([{ eventId: one.id, reason: expect.stringContaining('no JSON') }]);
  expect(JSON.stringify(log)).not.toContain('"content');
});

test('G3.1 one event of a user is on its way at a time, in order, and users do not wait for each other', async () => {
  const underway = new Map<string, number>();
  let most = 0;
  const held: Delivery[] = [];
  const backend = await TestBackend.start((delivery) => {
    const { userId } = delivery.event;
    underway.set(userId, (underway.get(userId) ?? 0) + 1);
    expect(underway.get(userId)).toBe(1);
    most = Math.max(most, underway.size);
    const finish = () => {
      underway.delete(userId);
      answer(200)(delivery);
    };
    // The first user's backend takes its time.
    if (userId === 'slow' && held.length === 0) held.push(delivery);
    else setImmediate(finish);
  });
  const { forwarder } = await forwardTo(backend, { forwardConcurrency: 8 });
  const users = ['slow', ...Array.from({ length: 20 }, (_, i) => `u${i}`)];
  const events = Array.from({ length: 10 }, () => users.map((userId) => event(userId))).flat();
  await Promise.all(events.map((one) => forwarder.accept(one)));
  await backend.until(() => backend.deliveries.length === 201);
  expect(backend.ids('slow')).toHaveLength(1);
  const [first] = held;
  if (first) answer(200)(first);
  underway.delete('slow');
  await backend.until(() => backend.deliveries.length === 210);
  for (const userId of users) expect(backend.ids(userId)).toEqual(idsOf(events, userId));
  expect(most).toBeGreaterThan(4);
  expect(most).toBeLessThanOrEqual(8);
});

test('a user with many events does not keep others waiting', async () => {
  const backend = await TestBackend.start();
  const { forwarder } = await forwardTo(backend, { forwardConcurrency: 1, memory: { events: 200, bytes: 1e6 } });
  await backend.close();
  const many = Array.from({ length: 1000 }, () => event('busy'));
  const few = ['a', 'b', 'c'].map((userId) => event(userId));
  await Promise.all([...many, ...few].map((one) => forwarder.accept(one)));
  await backend.open();
  await backend.until(() => ['a', 'b', 'c'].every((userId) => backend.ids(userId).length > 0));
  expect(backend.ids('busy').length).toBeLessThan(200);
  await backend.until(() => new Set(backend.ids('busy')).size === 1000);
  expect(firsts(backend.ids('busy'))).toEqual(idsOf(many, 'busy'));
});

test('G3.5 G9.3 while the backend is away events wait, however many, and arrive in order with their first ids', async () => {
  const backend = await TestBackend.start();
  const { forwarder, log } = await forwardTo(backend, { memory: { events: 300, bytes: 1e6 } });
  await backend.close();
  const users = Array.from({ length: 30 }, (_, i) => `u${i}`);
  const events = Array.from({ length: 200 }, () => users.map((userId) => event(userId))).flat();
  await Promise.all(events.map((one) => forwarder.accept(one)));
  expect(forwarder.status).toMatchObject({ waiting: 6000, dead: 0 });
  await backend.open();
  await backend.until(() => new Set(backend.ids()).size === 6000);
  for (const userId of users) expect(firsts(backend.ids(userId))).toEqual(idsOf(events, userId));
  expect(log.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['The backend is away', 'The backend is back']));
  const last = await replyTo(forwarder, event('u0'));
  expect([last, forwarder.status.waiting, forwarder.status.breaker]).toEqual([null, 0, 'closed']);
});

test('G9.1 the breaker lets nothing through but single probes while nobody answers', async () => {
  const backend = await TestBackend.start(answer(503));
  const { forwarder, store } = await forwardTo(backend, { breaker: { threshold: 3, min: 60_000, max: 60_000 } });
  await Promise.all(Array.from({ length: 50 }, (_, i) => forwarder.accept(event(`u${i}`))));
  await backend.until(() => forwarder.status.breaker === 'open');
  const tried = backend.deliveries.length;
  expect(tried).toBeLessThanOrEqual(50);
  // Later events are stored and not even tried.
  await forwarder.accept(event('later'));
  await store.outbox.size();
  expect([backend.ids('later'), forwarder.status.waiting]).toEqual([[], 51]);
});

test('G9.1 one user whose event fails again and again does not hold up the others', async () => {
  const backend = await TestBackend.start((delivery) => answer(delivery.event.userId === 'ill' ? 500 : 200)(delivery));
  const { forwarder } = await forwardTo(backend);
  await forwarder.accept(event('ill'));
  await backend.until(() => backend.ids('ill').length > 8);
  expect(forwarder.status.breaker).toBe('closed');
  expect(await replyTo(forwarder, event('well'))).toBeNull();
  expect(forwarder.status).toMatchObject({ waiting: 1, dead: 0 });
});

test('G3.5 events of many users that fail each time do not hold up the others', async () => {
  const backend = await TestBackend.start((delivery) => answer(delivery.event.event === 'bad' ? 500 : 200)(delivery));
  const { forwarder, log } = await forwardTo(backend, { breaker: { threshold: 5, min: 20, max: 600_000 } });
  const ill = Array.from({ length: 20 }, (_, i) => event(`ill${i}`, { event: 'bad' }));
  await Promise.all(ill.map((one) => forwarder.accept(one)));
  // Probes with what is known to fail go on, and no more slowly.
  await backend.until(() => backend.deliveries.length >= 40);
  for (let i = 0; i < 20; i++) {
    const tried = backend.deliveries.length;
    expect(await replyTo(forwarder, event(`well${i % 5}`))).toBeNull();
    await backend.until(() => backend.deliveries.length > tried + 10);
  }
  expect(log.filter(({ msg }) => msg === 'The backend is back')).toHaveLength(1);
  expect(forwarder.status).toMatchObject({ waiting: 20, dead: 0, breaker: 'closed' });
});

test('G3.5 whether the backend is there is found out with an event that has not failed yet', async () => {
  const backend = await TestBackend.start(answer(500));
  const { forwarder } = await forwardTo(backend, { breaker: { threshold: 5, min: 200, max: 200 } });
  await Promise.all(Array.from({ length: 20 }, (_, i) => forwarder.accept(event(`ill${i}`))));
  await backend.until(() => new Set(backend.ids()).size === 20 && forwarder.status.breaker !== 'closed');
  backend.behave = (delivery) => answer(delivery.event.userId === 'well' ? 200 : 500)(delivery);
  await forwarder.accept(event('well'));
  const tried = backend.deliveries.length;
  await backend.until(() => backend.ids('well').length === 1);
  // The very next one, but for a probe that was under way.
  expect(backend.deliveries.findIndex((one) => one.event.userId === 'well') - tried).toBeLessThan(2);
});

test('G9.1 Retry-After is waited for', async () => {
  let busyAt = 0;
  let againAt = 0;
  const backend = await TestBackend.start((delivery) => {
    if (busyAt === 0) {
      busyAt = performance.now();
      answer(429, { 'retry-after': '1' })(delivery);
    } else {
      againAt = performance.now();
      answer(200)(delivery);
    }
  });
  const { forwarder } = await forwardTo(backend);
  await replyTo(forwarder, event('42'));
  expect(againAt - busyAt).toBeGreaterThanOrEqual(990);
});

test('G3.5 a refusal for good makes a dead letter with its reason, once in the log, and frees its user', async () => {
  const backend = await TestBackend.start((delivery) => answer(delivery.event.event === 'bad' ? 422 : 200)(delivery));
  const { forwarder, log } = await forwardTo(backend);
  const bad = event('42', { event: 'bad', data: { secret: 'content' } });
  const refused = replyTo(forwarder, bad);
  expect(await replyTo(forwarder, event('42'))).toBeNull();
  expect(await refused).toEqual({ refused: { status: 422 } });
  expect(backend.ids()).toHaveLength(2);
  const letter = {
    id: bad.id,
    userId: '42',
    event: 'bad',
    status: 422,
    attempts: 1,
    reason: 'The backend answered 422',
  };
  expect(await forwarder.deadLetters(0, 10)).toMatchObject([letter]);
  const lines = log.filter(({ msg }) => msg.includes('dead letter'));
  expect(lines).toMatchObject([{ level: 40, eventId: bad.id, userId: '42', status: 422 }]);
  expect(JSON.stringify(log)).not.toContain('content');
});

test('G3.5 dead letters are sent again when they are redriven, with their first ids, or deleted', async () => {
  const backend = await TestBackend.start(answer(400));
  const { forwarder } = await forwardTo(backend);
  const events = ['a', 'b', 'c'].map((id) => event('42', { id }));
  for (const one of events) await replyTo(forwarder, one);
  expect(forwarder.status).toMatchObject({ waiting: 0, dead: 3 });
  backend.behave = answer(200);
  expect(await forwarder.redrive(['b', 'unknown'])).toBe(1);
  await backend.until(() => backend.deliveries.length === 4);
  expect(backend.deliveries[3]?.body).toBe(JSON.stringify(events[1]));
  expect(await forwarder.purge(['c'])).toBe(1);
  expect(await forwarder.redrive(null)).toBe(1);
  await backend.until(() => backend.deliveries.length === 5);
  expect(backend.ids().slice(3)).toEqual(['b', 'a']);
  expect(await forwarder.deadLetters(0, 10)).toEqual([]);
});

test('G3.5 dead letters take no more place than outboxSize: the oldest go', async () => {
  const backend = await TestBackend.start(answer(400));
  const { forwarder } = await forwardTo(backend, { outboxSize: 2000 });
  for (let i = 0; i < 20; i++) await replyTo(forwarder, event('42', { id: `e${i}` }));
  const ids = (await forwarder.deadLetters(0, 50)).map(({ id }) => id);
  expect(ids.length).toBeLessThan(12);
  expect(ids.at(-1)).toBe('e19');
  expect(forwarder.counters.dropped).toBeGreaterThan(8);
});

test('G9.5 a full outbox refuses with a time to come again, and takes events again when there is room', async () => {
  const backend = await TestBackend.start();
  const { forwarder } = await forwardTo(backend, { outboxSize: 1900 });
  await backend.close();
  let accepted = 0;
  const fill = async () => {
    for (;;) {
      await forwarder.accept(event('42'));
      accepted++;
    }
  };
  await expect(fill()).rejects.toMatchObject({ code: 'OVERLOADED', retryAfter: 5000 });
  expect(accepted).toBeGreaterThan(2);
  // Nobody could say this again.
  await forwarder.accept({
    id: 'gone',
    kind: 'disconnected',
    event: 'disconnected',
    data: null,
    args: [],
    userId: '42',
    connectionId: 'c',
    session: 1,
    sequence: 1,
    room: null,
    time: '',
  });
  accepted++;
  await backend.open();
  await backend.until(() => new Set(backend.ids()).size === accepted);
  expect(await replyTo(forwarder, event('7'))).toBeNull();
});

test('G9.3 the same id again is delivered once', async () => {
  const backend = await TestBackend.start();
  const { forwarder } = await forwardTo(backend);
  const held: Delivery[] = [];
  backend.behave = (delivery) => void held.push(delivery);
  const one = event('42');
  const replies = [replyTo(forwarder, one), replyTo(forwarder, one)];
  await backend.until(() => held.length === 1);
  const third = replyTo(forwarder, one);
  await forwarder.accept(event('other'));
  const [first] = held;
  backend.behave = answer(200);
  if (first) answer(200, {}, '{"ack":1}')(first);
  expect(await Promise.all([...replies, third])).toEqual([{ ack: 1 }, { ack: 1 }, { ack: 1 }]);
  expect(backend.ids('42')).toHaveLength(1);
});

test('without a sink events are refused', async () => {
  const { forwarder } = await forwardTo(null);
  await expect(forwarder.accept(event('42'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('G9.4 after a stop the rest is sent by the next start, in order', async () => {
  const folder = temporaryFolder();
  const backend = await TestBackend.start();
  const first = await forwardTo(backend, { folder });
  await backend.close();
  const events = Array.from({ length: 500 }, (_, i) => event(`u${i % 3}`));
  await Promise.all(events.map((one) => first.forwarder.accept(one)));
  await first.forwarder.stop();
  await first.store.close();
  await expect(first.forwarder.accept(event('u1'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await backend.open();
  const second = await forwardTo(backend, { folder });
  await backend.until(() => new Set(backend.ids()).size === 500);
  for (const userId of ['u0', 'u1', 'u2']) expect(firsts(backend.ids(userId))).toEqual(idsOf(events, userId));
  await second.forwarder.stop();
  expect(await second.store.outbox.size()).toMatchObject({ waiting: 0, top: 500 });
});

test('G9.3 while the disk is full events are refused, and what was stored before is delivered', async () => {
  const backend = await TestBackend.start();
  const { forwarder, store } = await forwardTo(backend, { maxPages: 200 });
  await backend.close();
  const stored: ForwardedEvent[] = [];
  const fill = async () => {
    for (;;) {
      const one = event(`u${stored.length % 5}`, { data: 'x'.repeat(20_000) });
      await forwarder.accept(one);
      stored.push(one);
    }
  };
  await expect(fill()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  expect(stored.length).toBeGreaterThan(5);
  await backend.open();
  await backend.until(() => new Set(backend.ids()).size === stored.length);
  expect(backend.ids().toSorted()).toEqual(stored.map(({ id }) => id).toSorted());
  expect(store.available).toBe(false);
});

test('stopping waits for what is under way, but not for ever', async () => {
  const backend = await TestBackend.start(() => {});
  const { forwarder, store } = await forwardTo(backend, { patience: 30 });
  await forwarder.accept(event('42'));
  await backend.until(() => backend.deliveries.length === 1);
  await forwarder.stop();
  expect(await store.outbox.size()).toMatchObject({ waiting: 1 });
});

test('G9.2 a listener that throws harms nothing', async () => {
  const backend = await TestBackend.start();
  const { forwarder } = await forwardTo(backend);
  await forwarder.accept(event('42'), () => {
    throw new Error('of the listener');
  });
  expect(await replyTo(forwarder, event('42'))).toBeNull();
});

test('a store that closes is an answer, and no fault', async () => {
  const backend = await TestBackend.start();
  const { forwarder, store } = await forwardTo(backend);
  await store.close();
  await expect(forwarder.accept(event('42'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

function idsOf(events: readonly ForwardedEvent[], userId: string): string[] {
  return events.filter((one) => one.userId === userId).map(({ id }) => id);
}

/** Without repetitions. */
function firsts(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
