import type { CapturedRequest } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import type { RequestFilter, RequestPage, RequestQuery, StoredWebhook } from '../../src/store/webhook-store.ts';
import type { Place } from './contract.ts';

const PLENTY = 1_000_000_000;
const ROOM = 'webhook:w';
const MEGABYTE = 'x'.repeat(1024 * 1024);

/** Webhooks and what they have captured. */
export function webhookContract(newPlace: () => Place): void {
  webhookTests(newPlace);
  pageTests(newPlace);
  searchTests(newPlace);
  deletionTests(newPlace);
}

function webhookTests(newPlace: () => Place): void {
  test('W11 webhooks come back as they were given, changed and deleted', async () => {
    const place = newPlace();
    const store = await place.open();
    const [a, b] = [webhook('a', { named: true, passwordHash: 'p' }), webhook('b', { settings: '{"é":"😀"}' })];
    await store.webhooks.create(b);
    await store.webhooks.create(a);
    expect(await store.webhooks.load()).toEqual([a, b]);
    expect(await store.webhooks.update('a', { settings: '{"new":1}', passwordHash: null, secretHash: 'another' })).toBe(
      true,
    );
    expect(await store.webhooks.update('c', { settings: '{}', passwordHash: null, secretHash: 's' })).toBe(false);
    expect(await store.webhooks.delete('b', 'webhook:b')).toBe(true);
    expect(await store.webhooks.delete('b', 'webhook:b')).toBe(false);
    await store.close();
    const changed = { ...a, settings: '{"new":1}', passwordHash: null, secretHash: 'another' };
    expect(await (await place.open()).webhooks.load()).toEqual([changed]);
  });

  test('W11 an id that exists is a conflict; the same creation once more is none', async () => {
    const { webhooks } = await newPlace().open();
    await webhooks.create(webhook('a'));
    await webhooks.create(webhook('a'));
    const other = webhook('a', { secretHash: 'other' });
    await expect(webhooks.create(other)).rejects.toMatchObject({ code: 'conflict' });
    expect(await webhooks.load()).toEqual([webhook('a')]);
  });

  test('W11 the same creation once more leaves what was captured since', async () => {
    const store = await newPlace().open();
    await store.webhooks.create(webhook('w'));
    await capture(store, {});
    await store.webhooks.create(webhook('w'));
    expect(await offsets(store)).toBe('1');
  });

  test('W11 who makes a webhook gets nothing that came to a former one of that name', async () => {
    const store = await newPlace().open();
    await capture(store, {});
    await store.webhooks.create(webhook('w'));
    expect(await offsets(store)).toBe('');
    expect(await capture(store, {}, { epoch: 'new' })).toMatchObject({ offset: 1, epoch: 'new' });
  });

  test('W11 how much is kept is told of each webhook, and of nothing else', async () => {
    const store = await newPlace().open();
    const first = bytesOf(captured({ id: 'r1' }));
    const second = bytesOf(captured({ id: 'r2', body: MEGABYTE }));
    await capture(store, { id: 'r1' }, { timestamp: 5000 });
    await capture(store, { id: 'r2', body: MEGABYTE }, { timestamp: 7000 });
    await capture(store, { id: 'r1' }, { room: 'webhook:v' });
    await capture(store, {}, { room: 'webhook' });
    await capture(store, {}, { room: 'webhooks:w' });
    await capture(store, {}, { event: 'other' });
    const other = { room: 'webhook:v', requests: 1, bytes: first, lastAt: 1000 };
    const all = { room: ROOM, requests: 2, bytes: first + second, lastAt: 7000 };
    expect(await store.webhooks.usage()).toEqual([other, all]);
  });
}

function pageTests(newPlace: () => Place): void {
  test('W11 one request is found by its id, in its webhook alone', async () => {
    const { webhooks, ...store } = await newPlace().open();
    await capture(store, { id: 'a', body: 'é' });
    await capture(store, { id: 'b' }, { event: 'other' });
    const found = await webhooks.request(ROOM, 'a');
    expect(found?.offset).toBe(1);
    expect(JSON.parse(Buffer.from(found?.data ?? []).toString())).toEqual(captured({ id: 'a', body: 'é' }));
    for (const [room, id] of [
      [ROOM, 'b'],
      [ROOM, 'c'],
      ['webhook:v', 'a'],
    ] as const)
      expect(await webhooks.request(room, id)).toBeNull();
  });

  test('W11 requests are listed in pages in both orders, bounded by number and bytes', async () => {
    const store = await newPlace().open();
    for (let i = 1; i <= 7; i++) await capture(store, { body: 'x'.repeat(1000) });
    await capture(store, {}, { event: 'request-deleted' });
    await capture(store, {}, { room: 'webhook:v' });
    expect(await offsets(store, { limit: 3 })).toBe('7 6 5 …5');
    expect(await offsets(store, { limit: 3, cursor: 5 })).toBe('4 3 2 …2');
    expect(await offsets(store, { limit: 3, cursor: 4 })).toBe('3 2 1');
    expect(await offsets(store, { limit: 3, cursor: 1 })).toBe('');
    expect(await offsets(store, { order: 'oldest', limit: 4 })).toBe('1 2 3 4 …4');
    expect(await offsets(store, { order: 'oldest', limit: 4, cursor: 4 })).toBe('5 6 7');
    expect(await offsets(store, { bytes: 3000 })).toBe('7 6 …6');
    expect(await offsets(store, { bytes: 1 })).toBe('7 …7');
    expect(await offsets(store, { room: 'webhook:nothing' })).toBe('');
  });
}

function searchTests(newPlace: () => Place): void {
  test('W11 requests are searched by all that is known of them, and all that is given must hold', async () => {
    const store = await newPlace().open();
    const id = 12345678901234567890n;
    await capture(store, { method: 'POST', path: '/Pay/one', query: 'a=B', body: `{"user":{"id":${id}}}` });
    await capture(store, {
      method: 'GET',
      headers: { 'x-event': 'Push, Ping' },
      timestamp: new Date(5000).toISOString(),
    });
    await capture(store, { method: 'POST', body: '[{"na.me":"Zoë","ok":true}]', url: '/hooks/w?q=ÉTÉ' });
    await capture(store, {
      method: 'post',
      body: '/wAA',
      bodyEncoding: 'base64',
      timestamp: new Date(6000).toISOString(),
    });
    const find = (filter: RequestFilter) => offsets(store, { filter });
    expect(await find({ method: 'POST' })).toBe('3 1');
    expect(await find({ path: 'pay/ONE?A=b' })).toBe('1');
    expect(await find({ header: { name: 'x-event', value: null } })).toBe('2');
    expect(await find({ header: { name: 'x-event', value: 'ping' } })).toBe('2');
    expect(await find({ header: { name: 'x-event', value: 'pong' } })).toBe('');
    expect(await find({ json: { path: '$.user', value: null } })).toBe('1');
    expect(await find({ json: { path: '$.user.id', value: String(id) } })).toBe('1');
    expect(await find({ json: { path: '$[0]["na.me"]', value: 'Zoë' } })).toBe('3');
    expect(await find({ json: { path: '$[0].ok', value: 'true' } })).toBe('3');
    expect(await find({ json: { path: '$[', value: null } })).toBe('');
    expect(await find({ text: 'zOË' })).toBe('3');
    expect(await find({ text: 'été' })).toBe('3');
    expect(await find({ text: 'PING' })).toBe('2');
    expect(await find({ text: '/wA' })).toBe('');
    expect(await find({ from: 5000, to: 6000 })).toBe('2');
    expect(await find({ from: 5000 })).toBe('4 2');
    expect(await find({ method: 'POST', text: 'zoë' })).toBe('3');
    expect(await find({ method: 'GET', text: 'zoë' })).toBe('');
    expect(await find({})).toBe('4 3 2 1');
  });

  test('W11 one call looks through so many requests, and the cursor leads on to the one that is looked for', async () => {
    const store = await newPlace().open();
    await capture(store, { method: 'PUT' });
    await Promise.all(Array.from({ length: 2500 }, () => capture(store, {})));
    const filter = { method: 'PUT' };
    const first = await store.webhooks.requests({ ...QUERY, filter });
    expect(first.requests).toEqual([]);
    expect(first.cursor).toBeGreaterThan(1);
    expect(await offsets(store, { filter, cursor: first.cursor })).toBe('1');
  });

  test('W11 one call looks through so many bytes, however few requests they are', async () => {
    const store = await newPlace().open();
    for (let i = 0; i < 20; i++) await capture(store, { body: MEGABYTE });
    const page = await store.webhooks.requests({ ...QUERY, filter: { method: 'PUT' } });
    expect(page.requests).toEqual([]);
    expect(page.cursor).toBeGreaterThan(1);
    expect(await offsets(store, { filter: { text: 'X'.repeat(99) }, limit: 20, bytes: 1 })).toBe('20 …20');
  });
}

function deletionTests(newPlace: () => Place): void {
  test('W11 a request that is removed leaves a trace in its place and nothing of itself', async () => {
    const store = await newPlace().open();
    for (const id of ['a', 'b', 'c']) await capture(store, { id }, { attachments: bytes('secret'), sender: '{}' });
    const size = bytesOf(captured({ id: 'b' }));
    expect(await store.webhooks.remove(ROOM, 'b', bytes('{"id":"b"}'))).toEqual({ offset: 2, bytes: size });
    expect(await store.webhooks.remove(ROOM, 'b', bytes('{}'))).toBeNull();
    expect(await store.webhooks.remove('webhook:v', 'a', bytes('{}'))).toBeNull();
    expect(await store.webhooks.request(ROOM, 'b')).toBeNull();
    expect(await offsets(store)).toBe('3 1');
    const { publications } = await store.logs.after(ROOM, 0, 9, PLENTY);
    expect(publications.map(({ offset, event }) => [offset, event])).toEqual([
      [1, 'new-request'],
      [2, 'request-deleted'],
      [3, 'new-request'],
    ]);
    expect(publications[1]).toMatchObject({ attachments: null, sender: null, sequence: 2, timestamp: 1000 });
    expect(Buffer.from(publications[1]?.data ?? []).toString()).toBe('{"id":"b"}');
    expect(await store.webhooks.usage()).toMatchObject([{ requests: 2 }]);
    expect(await capture(store, {})).toMatchObject({ offset: 4 });
  });

  test('W11 what is too many is deleted, oldest first, and who stood there is told that something is gone', async () => {
    const store = await newPlace().open();
    for (let i = 1; i <= 6; i++) await capture(store, { id: `r${i}` });
    await capture(store, {}, { room: 'webhook:v' });
    const { trim, remove } = store.webhooks;
    const size = bytesOf(captured({ id: 'r1' }));
    await remove(ROOM, 'r2', bytes('{}'));
    expect(await trim(ROOM, 5, 0)).toEqual({ requests: 0, bytes: 0, bottom: 0 });
    expect(await trim(ROOM, 3, 0)).toEqual({ requests: 2, bytes: 2 * size, bottom: 3 });
    expect(await trim(ROOM, 3, 0)).toEqual({ requests: 0, bytes: 0, bottom: 3 });
    expect(await offsets(store)).toBe('6 5 4');
    expect((await store.logs.after(ROOM, 0, 9, PLENTY)).publications).toHaveLength(3);
    expect(await store.logs.since(ROOM, 0, 9, PLENTY)).toMatchObject({ gone: 3 });
    expect(await trim(ROOM, 0, 0)).toEqual({ requests: 3, bytes: 3 * size, bottom: 6 });
    expect(await store.logs.since(ROOM, 0, 9, PLENTY)).toEqual({ gone: 6, publications: [] });
    expect(await trim('webhook:nothing', 0, 0)).toEqual({ requests: 0, bytes: 0, bottom: 0 });
    expect(await trim(ROOM, Number.MAX_SAFE_INTEGER, 0)).toEqual({ requests: 0, bytes: 0, bottom: 6 });
    expect(await offsets(store, { room: 'webhook:v' })).toBe('1');
    expect(await capture(store, {})).toMatchObject({ offset: 7, epoch: 'e' });
  });

  test('W11 what is too old is deleted, with all that stands before it', async () => {
    const store = await newPlace().open();
    for (const timestamp of [1000, 5000, 2000, 5001, 3000, 9000]) await capture(store, {}, { timestamp });
    expect(await store.webhooks.trim(ROOM, 9, 2000)).toMatchObject({ requests: 1, bottom: 1 });
    expect(await store.webhooks.trim(ROOM, 9, 2001)).toMatchObject({ requests: 2, bottom: 3 });
    expect(await store.webhooks.trim(ROOM, 2, 2001)).toMatchObject({ requests: 1, bottom: 4 });
    expect(await offsets(store)).toBe('6 5');
  });

  test('W11 much is deleted step by step, and all of it is counted', async () => {
    const store = await newPlace().open();
    for (let i = 0; i < 10; i++) await capture(store, { id: `big${i}`, body: MEGABYTE });
    await Promise.all(Array.from({ length: 1200 }, (_, i) => capture(store, { id: `r${10_000 + i}` })));
    const size = 10 * bytesOf(captured({ id: 'big0', body: MEGABYTE })) + 1190 * bytesOf(captured({ id: 'r10000' }));
    const trimmed = store.webhooks.trim(ROOM, 10, 0);
    const meanwhile = Promise.all(Array.from({ length: 50 }, () => capture(store, {})));
    expect(await trimmed).toEqual({ requests: 1200, bytes: size, bottom: 1200 });
    await meanwhile;
    expect(await store.webhooks.usage()).toMatchObject([{ requests: 60 }]);
  });

  test('W11 traces of deleted requests do not pile up for ever', async () => {
    const store = await newPlace().open();
    const ids = Array.from({ length: 1010 }, (_, i) => `r${i}`);
    await Promise.all(ids.map((id) => capture(store, { id })));
    await Promise.all(ids.map((id) => store.webhooks.remove(ROOM, id, bytes('{}'))));
    expect(await store.webhooks.trim(ROOM, 3, 0)).toEqual({ requests: 0, bytes: 0, bottom: 4 });
  });

  test('W11 with a webhook goes all that it has captured, and another one of its name begins anew', async () => {
    const store = await newPlace().open();
    await store.webhooks.create(webhook('w'));
    for (let i = 1; i <= 3; i++) await capture(store, { id: `r${i}` });
    await capture(store, {}, { room: 'webhook:v' });
    expect(await store.webhooks.delete('w', ROOM)).toBe(true);
    expect(await offsets(store)).toBe('');
    expect((await store.logs.load()).logs.map(({ room }) => room)).toEqual(['webhook:v']);
    expect(await store.logs.since(ROOM, 1, 9, PLENTY)).toEqual({ gone: 3, publications: [] });
    await store.webhooks.create(webhook('w', { secretHash: 'another' }));
    expect(await capture(store, {}, { epoch: 'new' })).toMatchObject({ offset: 1, sequence: 5, epoch: 'new' });
  });
}

function webhook(id: string, part: Partial<StoredWebhook> = {}): StoredWebhook {
  const settings = '{"response":{}}';
  return {
    id,
    named: false,
    secretHash: `h-${id}`,
    passwordHash: null,
    settings,
    creator: '::1',
    createdAt: 1,
    ...part,
  };
}

let lastId = 0;

/** A captured request, with whatever is left out. */
function captured(part: Partial<CapturedRequest>): CapturedRequest {
  const { body = null } = part;
  return {
    id: `q${++lastId}`,
    webhookId: 'w',
    method: 'POST',
    url: '/hooks/w',
    path: '',
    query: '',
    httpVersion: '1.1',
    headers: {},
    rawHeaders: [],
    queryParams: {},
    bodyEncoding: body === null ? null : 'utf8',
    bodySize: 0,
    truncated: false,
    timestamp: '1970-01-01T00:00:01.000Z',
    sourceIp: '::1',
    userAgent: null,
    secure: false,
    duration: 1,
    ...part,
    body,
  };
}

/** Stores a request as its room's log does. */
function capture(
  { logs }: Pick<Store, 'logs'>,
  part: Partial<CapturedRequest>,
  row: Partial<Parameters<Store['logs']['append']>[0]> = {},
) {
  const request = captured(part);
  const rest = { room: ROOM, epoch: 'e', event: 'new-request', attachments: null, sender: null, timestamp: 1000 };
  return logs.append({ ...rest, messageId: request.id, data: bytes(JSON.stringify(request)), ...row });
}

const QUERY: RequestQuery = { room: ROOM, order: 'newest', cursor: null, limit: 50, bytes: PLENTY, filter: {} };

/** The offsets of a page, and behind them where to go on. */
async function offsets({ webhooks }: Pick<Store, 'webhooks'>, part: Partial<RequestQuery> = {}): Promise<string> {
  const { requests, cursor }: RequestPage = await webhooks.requests({ ...QUERY, ...part });
  const found = requests.map(({ offset }) => offset).join(' ');
  return cursor === null ? found : `${found} …${cursor}`;
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

function bytesOf(request: CapturedRequest): number {
  return bytes(JSON.stringify(request)).length;
}
