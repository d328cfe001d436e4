import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../src/store/store.ts';
import type { Webhook, WebhookChanges } from '../src/webhooks/service.ts';
import { temporaryFolder } from './store/harness.ts';
import { ManualClock, numbers, turn } from './support/core.ts';
import { WebhookCore } from './support/webhooks.ts';

const HOUR = 3_600_000;
/** What happens in a moment may take longer on a busy machine. */
const PATIENT = { timeout: 10_000 };

const names = (from: number, to: number): string[] => numbers(to, from).map(String);

describe('W11 retention', () => {
  test('W11 a webhook keeps its last requests, and readers never see more', async () => {
    const server = await WebhookCore.open({ webhookRequests: 5 });
    const webhook = await server.create();
    await server.capture(webhook, ...names(1, 4));
    expect(await server.bodies(webhook)).toEqual(names(1, 4));
    await server.capture(webhook, ...names(5, 12));
    expect(await server.bodies(webhook)).toEqual(names(8, 12));
    expect(webhook.requests).toBe(5);
  });

  test('W11 a webhook may keep up to ten times the usual number, and says why not more', async () => {
    const server = await WebhookCore.open({ webhookRequests: 5, webhookAge: HOUR });
    const webhook = await server.create({ retention: { requests: 50 } });
    expect(webhook.retention).toEqual({ requests: 50, age: HOUR });
    for (const retention of [{ requests: 51 }, { requests: 0 }, { requests: 1.5 }, { age: HOUR + 1 }, { age: 0 }]) {
      await expect(server.webhooks.update(webhook, { retention })).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
        field: `body.retention.${Object.keys(retention)[0]}`,
      });
    }
    await server.capture(webhook, ...names(1, 60));
    expect(await server.bodies(webhook)).toEqual(names(11, 60));
    await server.webhooks.update(webhook, { retention: { requests: 2 } });
    expect(await server.bodies(webhook)).toEqual(['59', '60']);
  });

  test('W11 what a webhook counts is never more than it keeps, even before the rest is deleted', async () => {
    const server = await WebhookCore.open({ webhookRequests: 5 });
    const webhook = await server.create();
    await server.capture(webhook, ...names(1, 50));
    expect(webhook.requests).toBe(5);
    const { bytes } = webhook;
    await server.webhooks.settle(webhook);
    expect(webhook.bytes).toBeLessThan(bytes / 5);
    expect(await server.store.webhooks.usage()).toMatchObject([{ requests: 5, bytes: webhook.bytes }]);
  });

  test('W11 trims many requests in one step while they come in', async () => {
    const server = await WebhookCore.open({ webhookRequests: 10 });
    const webhook = await server.create();
    const { trim } = server.tampered;
    let trims = 0;
    server.tampered.trim = (...args) => {
      trims++;
      return trim(...args);
    };
    await server.capture(webhook, ...names(1, 500));
    await expect.poll(() => server.store.webhooks.usage(), PATIENT).toMatchObject([{ requests: 10 }]);
    expect(trims).toBeLessThanOrEqual(2);
  });

  test('W11 what is too old is not read any more, and is deleted now and then', async () => {
    const server = await WebhookCore.open({ webhookAge: HOUR });
    const webhook = await server.create();
    await server.capture(webhook, 'old');
    server.clock.advance(HOUR / 2);
    await server.capture(webhook, 'young');
    server.clock.advance(HOUR / 2 + 1000);
    expect(await server.bodies(webhook)).toEqual(['young']);
    server.clock.advance(HOUR);
    await server.webhooks.sweep();
    expect(webhook).toMatchObject({ requests: 0, bytes: 0, lastAt: null });
    expect(await server.log(webhook)).toEqual([]);
  });

  test('W11 a request that is too old cannot be had by its id', async () => {
    const server = await WebhookCore.open({ webhookAge: HOUR });
    const webhook = await server.create();
    const [id = ''] = await server.capture(webhook, 'old');
    expect(await server.webhooks.request(webhook, id)).toMatchObject({ offset: 1 });
    server.clock.advance(HOUR + 1000);
    await expect(server.webhooks.request(webhook, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('W11 what is trimmed on disk is gone from memory too, and who was behind it learns of the hole', async () => {
    const server = await WebhookCore.open({ webhookRequests: 3 });
    const webhook = await server.create();
    await server.capture(webhook, ...names(1, 10));
    await server.bodies(webhook);
    const log = server.core.engine.hub.get(webhook.room)?.log;
    expect(log?.tail.length).toBe(3);
    expect(await log?.since(2, 100)).toMatchObject({ complete: false });
    expect(await log?.since(7, 100)).toMatchObject({ complete: true });
  });
});

describe('W11 the quota of all webhooks', () => {
  const KB = 'x'.repeat(1000);
  const MiB = 1024 * 1024;

  test('W11 takes the oldest of the webhook that holds most, and leaves the others alone', async () => {
    const server = await WebhookCore.open({ webhookQuota: MiB, webhookRequests: 10_000 });
    const [small, large] = [await server.create(), await server.create()];
    await server.capture(small, 'first', KB);
    await server.capture(large, ...names(1, 1500).map((name) => `${name} ${KB}`));
    await expect.poll(() => small.bytes + large.bytes, PATIENT).toBeLessThanOrEqual(MiB);
    expect(await server.bodies(small)).toEqual(['first', KB]);
    const bodies = await server.bodies(large);
    expect(bodies.at(-1)).toBe(`1500 ${KB}`);
    expect(bodies.length).toBe(large.requests);
    // Not much more than has to go.
    expect(small.bytes + large.bytes).toBeGreaterThan(0.9 * MiB);
  });

  test('W11 is kept after a restart with a smaller one', async () => {
    const folder = temporaryFolder();
    const clock = new ManualClock();
    const before = await WebhookCore.open({ webhookQuota: 4 * MiB, webhookRequests: 10_000 }, clock, folder);
    const webhook = await before.create();
    await before.capture(webhook, ...names(1, 1500).map((name) => `${name} ${KB}`));
    const { requests, bytes } = webhook;
    expect(bytes).toBeGreaterThan(MiB);
    before.webhooks.stop();
    await before.store.close();
    const after = await WebhookCore.open({ webhookQuota: MiB, webhookRequests: 10_000 }, clock, folder);
    const again = after.webhooks.get(webhook.id);
    expect(again).toMatchObject({ requests, bytes, lastAt: clock.now() });
    await expect.poll(() => again.bytes, PATIENT).toBeLessThanOrEqual(MiB);
  });
});

describe('W11 how many webhooks there are', () => {
  test('W11 an address may create so many in an hour, and programs of this machine as many as they like', async () => {
    const server = await WebhookCore.open({ webhookCreationRate: 'auto' });
    const here = by('127.0.0.1');
    for (let i = 0; i < 30; i++) await server.webhooks.create({}, by('192.0.2.7'));
    await expect(server.webhooks.create({}, by('192.0.2.7'))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: expect.any(Number),
    });
    await server.webhooks.create({}, by('192.0.2.8'));
    for (let i = 0; i < 40; i++) await server.webhooks.create({}, here);
    for (let i = 0; i < 40; i++) await server.webhooks.create({}, null);
    // Whoever comes by a proxy on this machine comes from anywhere.
    const forwarded = { ...here, isForwarded: true };
    for (let i = 0; i < 30; i++) await server.webhooks.create({}, forwarded);
    await expect(server.webhooks.create({}, forwarded)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    server.clock.advance(HOUR / 30);
    await server.webhooks.create({}, by('192.0.2.7'));
  });

  test('W11 a creation that fails does not count', async () => {
    const server = await WebhookCore.open({ webhookCreationRate: 1 });
    await server.create({ name: 'taken' });
    await expect(server.webhooks.create({ name: 'taken' }, by('192.0.2.7'))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await server.webhooks.create({ name: 'free' }, by('192.0.2.7'));
    await expect(server.webhooks.create({}, by('192.0.2.7'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('W11 there are so many at a time; one that nobody uses makes place', async () => {
    const server = await WebhookCore.open({ webhookLimit: 3, webhookIdle: HOUR });
    const watched = await server.create();
    const used = await server.create();
    const idle = await server.create();
    await expect(server.create()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    const client = server.core.connect();
    server.core.engine.hub.admit(server.core.engine.hub.place(client.connection, roomOf(watched.id)));
    server.clock.advance(HOUR - 1);
    await server.capture(used, 'x');
    server.clock.advance(1);
    await server.create();
    expect([watched, used, idle].map(({ id }) => server.webhooks.has(id))).toEqual([true, true, false]);
    await expect(server.create()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  test('W11 where all places are taken, the oldest that never captured anything and is not watched makes place', async () => {
    const folder = temporaryFolder();
    const clock = new ManualClock();
    const settings = { webhookLimit: 5, webhookIdle: 1000 * HOUR };
    const before = await WebhookCore.open(settings, clock, folder);
    const used = await before.create();
    const [emptied, inUse] = [await before.create(), await before.create()];
    await before.capture(used, 'x');
    await before.capture(inUse, 'x');
    await before.capture(emptied, 'x');
    await before.webhooks.clear(emptied);
    before.webhooks.stop();
    await before.store.close();
    const server = await WebhookCore.open(settings, clock, folder);
    const watched = await server.create();
    clock.advance(HOUR / 2);
    const empty = await server.create();
    const client = server.core.connect();
    server.core.engine.hub.admit(server.core.engine.hub.place(client.connection, roomOf(watched.id)));
    clock.advance(HOUR - 1);
    // What its owner sets does not keep it.
    await server.webhooks.update(empty, { response: { status: 201 } });
    await expect(server.create()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    clock.advance(1);
    const next = await server.create();
    expect([used, emptied, inUse, watched, empty, next].map(({ id }) => server.webhooks.has(id))).toEqual([
      true,
      true,
      true,
      true,
      false,
      true,
    ]);
    await expect(server.create()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  test('W11 many who create at once do not get beyond the limit', async () => {
    const server = await WebhookCore.open({ webhookLimit: 3 });
    const results = await Promise.allSettled(numbers(6).map(() => server.create()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(server.webhooks.size).toBe(3);
  });

  test('W11 one that nobody uses is deleted after a while, and not because of a restart', async () => {
    const folder = temporaryFolder();
    const clock = new ManualClock();
    const settings = { webhookIdle: 10 * HOUR, webhookAge: HOUR };
    const before = await WebhookCore.open(settings, clock, folder);
    const webhook = await before.create();
    clock.advance(9 * HOUR);
    await before.capture(webhook, 'x');
    clock.advance(2 * HOUR);
    await before.webhooks.sweep();
    expect(webhook.requests).toBe(0);
    before.webhooks.stop();
    await before.store.close();

    const after = await WebhookCore.open(settings, clock, folder);
    await after.webhooks.sweep();
    expect(after.webhooks.has(webhook.id)).toBe(true);
    clock.advance(8 * HOUR);
    await after.webhooks.sweep();
    expect(after.webhooks.has(webhook.id)).toBe(false);
  });
});

describe('W11 deleting', () => {
  test('W11 a request that is deleted leaves a trace, on disk and in memory, and the watchers are told', async () => {
    const server = await WebhookCore.open();
    const webhook = await server.create();
    const [, second = ''] = await server.capture(webhook, 'one', 'two', 'three');
    const bytes = webhook.bytes;
    await server.webhooks.removeRequest(webhook, second);
    expect(await server.bodies(webhook)).toEqual(['one', 'three']);
    expect(webhook.requests).toBe(2);
    expect(webhook.bytes).toBeLessThan(bytes);
    const events = ['1 new-request', '2 request-deleted', '3 new-request', '4 request-deleted'];
    expect(await server.log(webhook)).toEqual(events);
    const tail = server.core.engine.hub.get(webhook.room)?.log?.tail.page(10).publications ?? [];
    expect(tail.map(({ offset, event }) => `${offset} ${event}`)).toEqual(events);
    const trace = JSON.stringify({ id: second, webhookId: webhook.id });
    expect([tail[1]?.data.toString(), tail[3]?.data.toString()]).toEqual([trace, trace]);
    await expect(server.webhooks.removeRequest(webhook, second)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('W11 clearing takes what was captured before, and nothing that comes meanwhile', async () => {
    const server = await WebhookCore.open({ webhookRequests: 10_000 });
    const webhook = await server.create();
    await server.capture(webhook, ...names(1, 1200));
    const { cut } = server;
    let steps = 0;
    server.cut = async (...args) => {
      if (++steps === 1) await server.capture(webhook, 'during');
      await cut(...args);
    };
    await server.webhooks.clear(webhook);
    expect(steps).toBeGreaterThan(1);
    await server.capture(webhook, 'after');
    expect(await server.bodies(webhook)).toEqual(['during', 'after']);
    const events = ['1201 requests-cleared', '1202 new-request', '1203 new-request'];
    expect(await server.log(webhook)).toEqual(events);
    const tail = server.core.engine.hub.get(webhook.room)?.log?.tail.page(10).publications ?? [];
    expect(tail.map(({ offset, event }) => `${offset} ${event}`)).toEqual(events);
    expect(webhook.requests).toBe(2);
    expect(await server.store.webhooks.usage()).toMatchObject([{ requests: 2, bytes: webhook.bytes }]);
  });

  test('W11 a clearing that the death of the server broke off is ended at the next start', async () => {
    const folder = temporaryFolder();
    const clock = new ManualClock();
    const before = await WebhookCore.open({}, clock, folder);
    const webhook = await before.create();
    await before.capture(webhook, 'one', 'two');
    clock.advance(1000);
    before.cut = () => new Promise(() => {});
    void before.webhooks.clear(webhook);
    await expect.poll(() => before.log(webhook), PATIENT).toContain('3 requests-cleared');
    await before.capture(webhook, 'three');
    before.webhooks.stop();
    await before.store.close();
    const after = await WebhookCore.open({}, clock, folder);
    expect(await after.bodies(after.webhooks.get(webhook.id))).toEqual(['three']);
    expect(after.webhooks.get(webhook.id).requests).toBe(1);
    // That is all: a clock that is set back takes nothing of what comes later.
    clock.advance(-HOUR);
    await after.capture(after.webhooks.get(webhook.id), 'four');
    after.webhooks.stop();
    await after.store.close();
    const later = await WebhookCore.open({}, clock, folder);
    expect(await later.bodies(later.webhooks.get(webhook.id))).toEqual(['three', 'four']);
  });

  test('W11 deleting a webhook tells its watchers and puts them out', async () => {
    const server = await WebhookCore.open();
    const webhook = await server.create({ name: 'mine' });
    await server.capture(webhook, 'x');
    const client = server.core.connect();
    const { hub } = server.core.engine;
    hub.admit(hub.place(client.connection, roomOf(webhook.id)));
    const epoch = hub.get(webhook.room)?.log?.epoch;
    await server.webhooks.delete(webhook);
    await turn();
    expect(client.got('webhook-deleted')).toMatchObject([{ payload: { webhookId: 'mine' } }]);
    expect(client.connection.memberships).toEqual([]);
    expect(() => server.webhooks.get('mine')).toThrow('Webhook not found');
    expect(await server.log(webhook)).toEqual([]);

    const again = await server.create({ name: 'mine' });
    await server.capture(again, 'new');
    expect(await server.bodies(again)).toEqual(['new']);
    expect(hub.get(again.room)?.log).toMatchObject({ top: 1 });
    expect(hub.get(again.room)?.log?.epoch).not.toBe(epoch);
    await expect(server.webhooks.update(webhook, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('W11 what is captured while its webhook goes is stored or refused, and leaves nothing behind', async () => {
    const server = await WebhookCore.open();
    const webhook = await server.create({ name: 'mine' });
    const before = names(1, 20).map((name) => server.capture(webhook, name));
    const deleted = server.webhooks.delete(webhook);
    const during = names(21, 40).map((name) => server.capture(webhook, name));
    await deleted;
    const results = await Promise.allSettled([...before, ...during, server.capture(webhook, 'late')]);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ message: 'Webhook not found' });
    }
    expect(results.at(-1)?.status).toBe('rejected');
    expect(await server.store.webhooks.usage()).toEqual([]);
  });

  test('W11 a deletion that fails leaves the webhook, and what comes meanwhile is captured', async () => {
    const server = await WebhookCore.open();
    const webhook = await server.create();
    await server.capture(webhook, 'before');
    const refused = Promise.withResolvers<boolean>();
    server.tampered.delete = () => refused.promise;
    const deleted = server.webhooks.delete(webhook);
    const captured = server.capture(webhook, 'during');
    refused.reject(new StoreError('unavailable', 'away'));
    await expect(deleted).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await captured;
    expect(await server.bodies(webhook)).toEqual(['before', 'during']);
    expect(webhook.requests).toBe(2);
  });
});

describe('W11 locking', () => {
  test('W11 a new secret takes the place of the old one at once, and after a restart', async () => {
    const folder = temporaryFolder();
    const clock = new ManualClock();
    const server = await WebhookCore.open({}, clock, folder);
    const { webhook, secret: old } = await server.webhooks.create({}, null);
    expect(await server.webhooks.update(webhook, { retention: { requests: 7 } })).toEqual({ webhook });
    const { secret = '' } = await server.webhooks.update(webhook, { rotateSecret: true });
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    const check = ({ webhooks }: WebhookCore) => {
      const held = webhooks.get(webhook.id);
      expect(held.retention.requests).toBe(7);
      webhooks.requireSecret(held, secret);
      expect(() => webhooks.requireSecret(held, old)).toThrow('not the secret');
      expect([webhooks.ofSecrets([old]), webhooks.ofSecrets([secret])]).toEqual([[], [held]]);
    };
    check(server);
    server.webhooks.stop();
    await server.store.close();
    check(await WebhookCore.open({}, clock, folder));
  });

  test('W11 a new secret that could not be stored is none', async () => {
    const server = await WebhookCore.open();
    const { webhook, secret } = await server.webhooks.create({}, null);
    server.tampered.update = () => Promise.reject(new StoreError('unavailable', 'away'));
    const update = server.webhooks.update(webhook, { rotateSecret: true, retention: { requests: 1 } });
    await expect(update).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    server.webhooks.requireSecret(webhook, secret);
    expect(webhook.retention.requests).toBe(100);
  });

  test('W11 it is told when a webhook is locked in another way than before, and at no other change', async () => {
    const server = await WebhookCore.open();
    const [open, named] = [await server.create(), await server.create({ name: 'named' })];
    const told = async (webhook: Webhook, changes: WebhookChanges) => {
      server.locked.length = 0;
      await server.webhooks.update(webhook, changes);
      return server.locked.map(({ id }) => id);
    };
    expect(await told(open, { rotateSecret: true })).toEqual([]); // whoever knows its id may watch, as before
    expect(await told(open, { password: 'correct horse' })).toEqual([open.id]);
    expect(await told(open, { response: { status: 201 }, retention: { requests: 1 } })).toEqual([]);
    expect(await told(open, { rotateSecret: true })).toEqual([open.id]);
    expect(await told(open, { password: 'another horse' })).toEqual([open.id]);
    expect(await told(open, { password: null })).toEqual([]);
    expect(await told(named, { password: 'correct horse' })).toEqual(['named']);
    expect(await told(named, { password: null })).toEqual(['named']);
    expect(await told(named, { password: null })).toEqual([]);
  });
});

describe('W11 the start', () => {
  test('W11 finds all webhooks, what they hold and how they are set', async () => {
    const folder = temporaryFolder();
    const clock = new ManualClock();
    const before = await WebhookCore.open({}, clock, folder);
    const response = { status: 202, headers: [['X-A', '1']], body: 'x', delay: 5, cors: false } as const;
    const { webhook, secret } = await before.webhooks.create(
      { name: 'kept', password: 'correct horse', response },
      null,
    );
    await before.capture(webhook, 'one', 'two');
    clock.advance(1000);
    await before.webhooks.update(webhook, { retention: { requests: 1 } });
    const { requests, bytes } = webhook;
    before.webhooks.stop();
    await before.store.close();
    const after = await WebhookCore.open({}, clock, folder);
    const again = after.webhooks.get('kept');
    expect(again).toMatchObject({ named: true, hasPassword: true, response, retention: { requests: 1, age: 0 } });
    expect(again).toMatchObject({ requests, bytes, createdAt: webhook.createdAt, lastAt: clock.now() - 1000 });
    after.webhooks.requireSecret(again, secret);
    await after.webhooks.requireWatch(again, { password: 'correct horse' }, '192.0.2.1');
    expect(after.webhooks.ofSecrets([secret, 'whsec_other', secret])).toEqual([again]);
    expect(await after.bodies(again)).toEqual(['two']);
  });

  test('W11 deletes what was captured for a webhook that does not exist any more', async () => {
    const folder = temporaryFolder();
    const before = await WebhookCore.open({}, new ManualClock(), folder);
    const webhook = await before.create({ name: 'gone' });
    await before.capture(webhook, 'x');
    // As if the server had died in the middle of a deletion.
    const path = join(folder, 'roomcast.db');
    before.webhooks.stop();
    await before.store.close();
    const database = new Database(path);
    database.exec("DELETE FROM webhooks WHERE id = 'gone'");
    database.close();
    const after = await WebhookCore.open({}, new ManualClock(), folder);
    expect(after.webhooks.has('gone')).toBe(false);
    expect(await after.store.webhooks.usage()).toEqual([]);
  });

  test('W11 knows none where they are switched off, and leaves what there is', async () => {
    const folder = temporaryFolder();
    const before = await WebhookCore.open({}, new ManualClock(), folder);
    await before.capture(await before.create({ name: 'kept' }), 'x');
    before.webhooks.stop();
    await before.store.close();
    const off = await WebhookCore.open({ webhooks: 'off' }, new ManualClock(), folder);
    expect(off.webhooks.has('kept')).toBe(false);
    await expect(off.create()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    off.webhooks.stop();
    await off.store.close();
    const after = await WebhookCore.open({}, new ManualClock(), folder);
    expect(await after.bodies(after.webhooks.get('kept'))).toEqual(['x']);
  });

  test('W11 lists webhooks by their ids, page by page', async () => {
    const server = await WebhookCore.open();
    for (const name of ['delta', 'alpha', 'charlie', 'bravo']) await server.create({ name });
    const ids = (after: string | null, limit: number) => server.webhooks.list(after, limit).map(({ id }) => id);
    expect(ids(null, 3)).toEqual(['alpha', 'bravo', 'charlie']);
    expect(ids('charlie', 3)).toEqual(['delta']);
    expect(ids('bz', 1)).toEqual(['charlie']);
    await server.webhooks.delete(server.webhooks.get('charlie'));
    expect(ids('bravo', 3)).toEqual(['delta']);
  });
});

/** Somebody who comes straight from an address. */
function by(address: string) {
  return { address, isForwarded: false };
}

function roomOf(id: string) {
  return { namespace: 'webhook', name: id, full: `webhook:${id}` };
}
