import type { ServerEvents } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import type { WatchOptions } from '../src/index.ts';
import { gather, next } from './events.ts';
import { type Peer, placedRequest } from './fake-server.ts';
import { withFakeServer } from './setup.ts';

function capture(peer: Peer, ...offsets: number[]): void {
  for (const offset of offsets) peer.send('new-request', placedRequest(offset));
}

async function watching(options: WatchOptions = {}, reply: Partial<ServerEvents['joined']> = {}) {
  const context = await withFakeServer();
  const feed = context.client.watchWebhook('hook', options);
  const requests = gather(feed, 'request');
  const joined = next(feed, 'joined');
  const peer = await context.server.peer();
  await peer.welcome();
  const { payload } = await peer.admitWatcher(reply);
  await joined;
  const offsets = () => requests.all.map(([{ offset }]) => offset);
  /** Cuts the connection and comes back on the next one. */
  const reconnect = async (old: Peer): Promise<Peer> => {
    const waiting = next(context.client, 'state', ({ state }) => state === 'reconnecting');
    old.die();
    await waiting;
    context.clock.advance(1000);
    const peer = await context.server.peer();
    await peer.welcome();
    return peer;
  };
  return { ...context, feed, requests, offsets, peer, reconnect, payload };
}

test('W2 W5 watching joins by the id alone, and each captured request is given', async () => {
  const { client, feed, requests, offsets, peer, payload } = await watching();
  expect(payload).toEqual({ webhookId: 'hook' });
  expect(client.watchWebhook('hook')).toBe(feed);
  capture(peer, 1, 2, 2);
  peer.send('new-request', placedRequest(1, { webhookId: 'other' }));
  capture(peer, 3);
  await requests.upTo(3);
  expect(offsets()).toEqual([1, 2, 3]);
  expect(requests.all[0]?.[0]).toEqual(placedRequest(1));
  expect(feed.position).toEqual({ epoch: 'e', offset: 3 });
});

test('W8 several webhooks are joined again with their positions and the credentials, and bring what was missed', async () => {
  const { client, requests, offsets, peer, reconnect } = await watching({ secret: 'whsec_1' });
  const other = client.watchWebhook('locked', { password: 'open sesame' });
  const atOther = gather(other, 'request');
  await peer.admitWatcher({ offset: 40 });
  capture(peer, 1, 2);
  await requests.upTo(2);
  const second = await reconnect(peer);
  const first = await second.admitWatcher({ offset: 4, recovered: true });
  expect(first.payload).toEqual({ webhookId: 'hook', since: { epoch: 'e', offset: 2 }, secret: 'whsec_1' });
  const then = await second.admitWatcher({ offset: 41, recovered: true });
  const since = { epoch: 'e', offset: 40 };
  expect(then.payload).toEqual({ webhookId: 'locked', since, password: 'open sesame' });
  capture(second, 3, 4, 5);
  second.send('new-request', placedRequest(41, { webhookId: 'locked' }));
  await Promise.all([requests.upTo(5), atOther.upTo(1)]);
  expect(offsets()).toEqual([1, 2, 3, 4, 5]);
  expect(other.position).toEqual({ epoch: 'e', offset: 41 });
});

test('`since` and `lastEventId` say where a former watch stood', async () => {
  const since = { epoch: 'e', offset: 3 };
  expect((await watching({ since })).payload).toEqual({ webhookId: 'hook', since });
  const { payload, peer, requests, reconnect } = await watching({ lastEventId: 'r3' }, { offset: 3, recovered: true });
  expect(payload).toEqual({ webhookId: 'hook', lastEventId: 'r3' });
  // Nothing has been got that would be a better word than the id.
  const second = await reconnect(peer);
  expect((await second.admitWatcher({ offset: 9, recovered: true })).payload.lastEventId).toBe('r3');
  capture(second, 4);
  await requests.upTo(1);
  const third = await reconnect(second);
  expect((await third.expect('join')).payload).toEqual({ webhookId: 'hook', since: { epoch: 'e', offset: 4 } });
});

test('D5 a gap is filled by one join, in order and without doubles; a deleted request leaves none', async () => {
  const { feed, requests, offsets, peer } = await watching();
  const deleted = gather(feed, 'deleted');
  capture(peer, 1, 4, 5);
  const { payload } = await peer.admitWatcher({ offset: 5, recovered: true });
  expect(payload.since).toEqual({ epoch: 'e', offset: 1 });
  capture(peer, 2);
  peer.send('request-deleted', { id: 'r3', webhookId: 'hook', epoch: 'e', offset: 3 });
  capture(peer, 4, 5);
  peer.send('caught_up', { roomId: 'webhook:hook', epoch: 'e', offset: 5, recovered: true, members: null });
  capture(peer, 6);
  await requests.upTo(5);
  expect(offsets()).toEqual([1, 2, 4, 5, 6]);
  expect(deleted.all).toEqual([[{ id: 'r3', webhookId: 'hook', epoch: 'e', offset: 3 }]]);
});

test('what is gone for good is said by `joined`, and what is left follows', async () => {
  const { feed, requests, offsets, peer, reconnect } = await watching();
  capture(peer, 1);
  await requests.upTo(1);
  const second = await reconnect(peer);
  const joined = next(feed, 'joined');
  await second.admitWatcher({ offset: 9, recovered: false });
  expect(await joined).toEqual([{ recovered: false, position: { epoch: 'e', offset: 9 } }]);
  capture(second, 8, 9, 10);
  second.send('caught_up', { roomId: 'webhook:hook', epoch: 'e', offset: 10, recovered: false, members: null });
  capture(second, 11);
  await requests.upTo(5);
  expect(offsets()).toEqual([1, 8, 9, 10, 11]);
});

test('where nothing at all is left, the end of the catch-up is where it goes on, without asking again', async () => {
  const { feed, requests, peer, reconnect } = await watching();
  capture(peer, 1);
  await requests.upTo(1);
  const second = await reconnect(peer);
  await second.admitWatcher({ offset: 9, recovered: false });
  second.send('caught_up', { roomId: 'webhook:hook', epoch: 'e', offset: 9, recovered: false, members: null });
  capture(second, 10);
  await requests.upTo(2);
  expect(feed.position).toEqual({ epoch: 'e', offset: 10 });
});

test('D5 a gap before a deletion is filled, too', async () => {
  const { feed, peer, offsets } = await watching();
  const deleted = next(feed, 'deleted');
  capture(peer, 1);
  const deletion = { id: 'r1', webhookId: 'hook', epoch: 'e', offset: 3 };
  peer.send('request-deleted', deletion);
  await peer.admitWatcher({ offset: 3, recovered: true });
  capture(peer, 2);
  peer.send('request-deleted', deletion);
  await deleted;
  expect(offsets()).toEqual([1, 2]);
});

test('clearing moves on to its own place, and is told once', async () => {
  const { feed, requests, peer, offsets } = await watching();
  const cleared = gather(feed, 'cleared');
  capture(peer, 1);
  const clear = { webhookId: 'hook', epoch: 'e', offset: 5 };
  peer.send('requests-cleared', clear);
  peer.send('requests-cleared', clear);
  capture(peer, 6);
  await requests.upTo(2);
  expect(offsets()).toEqual([1, 6]);
  expect(cleared.all).toEqual([[{ epoch: 'e', offset: 5 }]]);
});

test('W3 an unknown webhook and one that is locked are refused with what the server says, and not asked for again', async () => {
  const { client, server, clock } = await withFakeServer();
  const [unknown, locked] = [client.watchWebhook('unknown'), client.watchWebhook('locked')];
  const refusals = [next(unknown, 'error'), next(locked, 'error')];
  const peer = await server.peer();
  await peer.welcome();
  peer.refuse(await peer.expect('join'), 'NOT_FOUND');
  peer.refuse(await peer.expect('join'), 'UNAUTHENTICATED');
  expect((await Promise.all(refusals)).map(([{ code }]) => code)).toEqual(['NOT_FOUND', 'UNAUTHENTICATED']);
  clock.advance(20_000);
  // With what was missing, it is another attempt.
  expect(client.watchWebhook('locked', { password: 'open sesame' })).not.toBe(locked);
  expect((await peer.expect('join')).payload).toEqual({ webhookId: 'locked', password: 'open sesame' });
});

test.for(['RATE_LIMITED', 'OVERLOADED', 'STORAGE_UNAVAILABLE', 'INTERNAL_ERROR'] as const)(
  'a join that %s refuses in passing is repeated when the server says',
  async (code) => {
    const { client, server, clock } = await withFakeServer();
    const feed = client.watchWebhook('hook');
    const refusals = gather(feed, 'error');
    const [joined, delayed] = [next(feed, 'joined'), next(feed, 'delayed')];
    const peer = await server.peer();
    await peer.welcome();
    peer.refuse(await peer.expect('join'), code, 70);
    expect((await delayed)[0]).toMatchObject({ code, retryAfter: 70 });
    clock.advance(70);
    await peer.admitWatcher();
    await joined;
    expect(refusals.all).toEqual([]);
  },
);

test('the deletion of the webhook ends the feed, also where it happened while the connection was lost', async () => {
  const { client, feed, peer } = await watching();
  const gone = next(feed, 'gone');
  peer.send('webhook-deleted', { webhookId: 'hook' });
  await gone;
  expect(feed.joined).toBe(false);
  expect(client.watchWebhook('hook')).not.toBe(feed);

  const other = await watching();
  const goneToo = next(other.feed, 'gone');
  const second = await other.reconnect(other.peer);
  second.refuse(await second.expect('join'), 'NOT_FOUND');
  await goneToo;
});

test('who watches is kept current, and what one says of oneself is said again after a reconnect', async () => {
  const { feed, clock, peer, reconnect } = await watching({ name: 'Ann' });
  expect((await peer.expect('watch')).payload).toEqual({ webhookId: 'hook', name: 'Ann' });
  const bob = { connectionId: 'b', name: 'Bob', requestId: 'r1' };
  const shown = next(feed, 'watchers');
  peer.send('watchers', { webhookId: 'hook', watchers: [bob], watcherCount: 120 });
  expect(await shown).toEqual([[bob], 120]);
  expect([feed.watchers, feed.watcherCount]).toEqual([[bob], 120]);
  // Whoever runs through a list is heard of where they stop.
  feed.select('r1');
  feed.select('r2');
  clock.advance(100);
  expect((await peer.expect('watch')).payload).toEqual({ webhookId: 'hook', name: 'Ann', requestId: 'r2' });
  const second = await reconnect(peer);
  await second.admitWatcher();
  const { payload } = await second.expect('watch');
  expect(payload).toEqual({ webhookId: 'hook', name: 'Ann', requestId: 'r2' });
});

test('a name is cut to forty characters, surrogate pairs kept whole', async () => {
  const { feed, peer } = await watching();
  feed.rename('🦊'.repeat(50));
  expect((await peer.expect('watch')).payload.name).toBe('🦊'.repeat(40));
});

test('a word about oneself that the server refuses in passing is said again', async () => {
  const { client, clock, peer } = await watching({ name: 'Ann' });
  const read = next(client, 'error');
  peer.refuse(await peer.expect('watch'), 'RATE_LIMITED', 3000);
  peer.send('error', { code: 'INVALID_JSON', message: '', originalType: null });
  await read;
  clock.advance(3000);
  expect((await peer.expect('watch')).payload.name).toBe('Ann');
});

test('W4 leave() is confirmed by the server, nothing comes any more, and the webhook is not joined again', async () => {
  const { client, feed, requests, peer, reconnect } = await watching();
  const leaving = feed.leave();
  const { id } = await peer.expect('leave');
  capture(peer, 1);
  peer.send('left', { webhookId: 'hook' }, id);
  await leaving;
  expect(requests.all).toEqual([]);
  const second = await reconnect(peer);
  client.watchWebhook('other');
  expect((await second.expect('join')).payload.webhookId).toBe('other');
});

test('who is taken out by the server, because the webhook is locked now, tries what it has, from where it stood', async () => {
  const { client, feed, requests, peer } = await watching();
  capture(peer, 1);
  peer.send('left', { webhookId: 'hook' });
  const { payload } = await peer.admitWatcher({ offset: 1, recovered: true });
  expect(payload.since?.offset).toBe(1);
  capture(peer, 2);
  peer.send('left', { webhookId: 'hook' });
  const fault = next(feed, 'error');
  peer.refuse(await peer.expect('join'), 'UNAUTHENTICATED');
  expect((await fault)[0].code).toBe('UNAUTHENTICATED');
  expect(requests.all.map(([{ offset }]) => offset)).toEqual([1, 2]);
  expect(client.watchWebhook('hook')).not.toBe(feed);
});

test('a webhook asked for by its name in another case is known as the server calls it', async () => {
  const { client, server } = await withFakeServer();
  const feed = client.watchWebhook('My-Shop');
  const requests = gather(feed, 'request');
  const peer = await server.peer();
  await peer.welcome();
  await peer.admitWatcher({ webhookId: 'my-shop' });
  peer.send('new-request', placedRequest(1, { webhookId: 'my-shop' }));
  await requests.upTo(1);
  expect(feed.webhookId).toBe('my-shop');
  expect(client.watchWebhook('My-Shop')).toBe(feed);
});
