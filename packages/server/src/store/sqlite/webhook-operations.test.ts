import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { logOperations } from './log-operations.ts';
import { migrate } from './migrations.ts';
import { webhookOperations } from './webhook-operations.ts';
import { webhookReads } from './webhook-reads.ts';

const ROOM = 'webhook:w';
const WEBHOOK = {
  ...{ id: 'w', named: false, secretHash: 'h', passwordHash: null, settings: '{}', creator: '::1', createdAt: 1 },
};

/** A webhook that has captured requests of 100 bytes. A write comes twice where its first outcome is unknown. */
function webhookOf(count: number, size = 100) {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  migrate(db);
  const logs = logOperations(db);
  const operations = webhookOperations(db, logs);
  const rest = { room: ROOM, epoch: 'e', event: 'new-request', attachments: null, sender: null, timestamp: 1 };
  operations.createWebhook(WEBHOOK);
  for (let i = 1; i <= count; i++) logs.appendPublication({ ...rest, messageId: `r${i}`, data: new Uint8Array(size) });
  return { ...operations, ...webhookReads(db), db };
}

test('W11 a removal that comes twice says what it did at first', () => {
  const { removeRequest, request, webhookUsage } = webhookOf(3);
  const trace = new Uint8Array(7);
  const done = { offset: 2, bytes: 100 };
  expect(removeRequest(ROOM, 'r2', trace, 'token')).toEqual(done);
  expect(removeRequest(ROOM, 'r1', trace, 'toke')).toEqual({ offset: 1, bytes: 100 });
  expect(removeRequest(ROOM, 'r2', trace, 'token')).toEqual(done);
  expect(removeRequest(ROOM, 'r2', trace, 'another')).toBeNull();
  expect(request(ROOM, 'r3')?.offset).toBe(3);
  expect(webhookUsage()).toMatchObject([{ requests: 1, bytes: 100 }]);
});

test('W11 a cut that comes twice takes nothing more, and says up to where all is gone', () => {
  const { trimRequests, cutRequests } = webhookOf(1200);
  const first = trimRequests(ROOM, 100, 0);
  expect(first).toEqual({ requests: 500, bytes: 50_000, bottom: 500, through: 1100, isDone: false });
  expect(cutRequests(ROOM, first.through)).toMatchObject({ requests: 500, bottom: 1000, isDone: false });
  const last = { requests: 100, bytes: 10_000, bottom: 1100, through: 1100, isDone: true };
  expect(cutRequests(ROOM, first.through)).toEqual(last);
  expect(cutRequests(ROOM, first.through)).toEqual({ ...last, requests: 0, bytes: 0 });
});

test('W11 a creation and a deletion that come twice do the same once', () => {
  const { createWebhook, deleteWebhook, loadWebhooks, webhookUsage } = webhookOf(1);
  createWebhook(WEBHOOK);
  expect(loadWebhooks()).toEqual([WEBHOOK]);
  expect(webhookUsage()).toMatchObject([{ requests: 1 }]);
  expect(deleteWebhook('w', ROOM)).toBe(true);
  expect(deleteWebhook('w', ROOM)).toBe(false);
  expect([loadWebhooks(), webhookUsage()]).toEqual([[], []]);
});

test('W11 a search looks no longer than its time, comes on with each call, and says where it goes on', () => {
  const { db } = webhookOf(7, 256 * 1024);
  let now = 0;
  const { requests } = webhookReads(db, () => {
    now += 60; // for each request
    return now;
  });
  const query = { room: ROOM, order: 'oldest', limit: 50, bytes: 1e6, filter: { text: 'x' } } as const;
  const cursors: (number | null)[] = [];
  for (let cursor: number | null = 0; cursor !== null; ) {
    cursor = requests({ ...query, cursor }).cursor;
    cursors.push(cursor);
  }
  expect(cursors).toEqual([3, 6, null]);
  const { requests: slow } = webhookReads(db, () => {
    now += 10_000;
    return now;
  });
  expect(slow({ ...query, cursor: 3 }).cursor).toBe(4);
  const { db: small } = webhookOf(7);
  const { requests: littles } = webhookReads(small, () => (now += 10_000));
  expect(littles({ ...query, cursor: 3 }).cursor).toBeNull();
});
