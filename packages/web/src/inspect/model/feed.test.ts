import type { PlacedRequest } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { FakeClock, requestAt } from '../../../test/support/inspect.ts';
import { ApiError } from './api-error.ts';
import { RequestFeed } from './feed.ts';
import { RequestCache } from './request-cache.ts';
import { NO_FILTER } from './request-query.ts';
import type { RequestsPage } from './webhook-api.ts';

type Query = Readonly<Record<string, string>>;

interface Call {
  readonly query: Query;
  readonly signal: AbortSignal;
  answer(page: RequestsPage): void;
  fail(error: Error): void;
}

/** A feed whose calls are answered by hand. */
function feedOf() {
  const calls: Call[] = [];
  const clock = new FakeClock();
  const arrivals: number[] = [];
  const feed = new RequestFeed({
    load: (query, signal) =>
      new Promise((answer, fail) => {
        calls.push({ query, signal, answer, fail });
      }),
    matches: (request, { method }) => method === '' || request.method === method,
    cache: new RequestCache(1_000_000),
    clock,
    onArrivals: (_newest, count) => arrivals.push(count),
  });
  const arrive = (...requests: PlacedRequest[]) => {
    for (const request of requests) feed.arrived(request);
    clock.pass(20);
  };
  const offsets = () => feed.rows.value.map(({ offset }) => offset);
  return { feed, calls, arrive, offsets, arrivals };
}

const page = (offsets: readonly number[], cursor: string | null = null): RequestsPage => ({
  requests: offsets.map((offset) => requestAt(offset)),
  cursor,
});
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);

test('W11 the newest page comes first, older ones when they are asked for', async () => {
  const { feed, calls, offsets } = feedOf();
  const loaded = feed.load();
  expect(calls[0]?.query).toEqual({ limit: '50' });
  calls[0]?.answer(page(down(100, 51), 'further'));
  await loaded;
  expect(feed.state.value).toEqual({ kind: 'ready', more: true, loadingOlder: false });
  const older = feed.loadOlder();
  expect(calls[1]?.query).toEqual({ limit: '50', cursor: 'further' });
  calls[1]?.answer(page(down(50, 1)));
  await older;
  expect(offsets()).toEqual(down(100, 1));
  expect(feed.state.value).toEqual({ kind: 'ready', more: false, loadingOlder: false });
});

test('W5 requests that come while the page loads stand in the list once', async () => {
  const { feed, calls, arrive, offsets } = feedOf();
  const loaded = feed.load();
  arrive(requestAt(3), requestAt(4));
  calls[0]?.answer(page([3, 2, 1]));
  await loaded;
  expect(offsets()).toEqual([4, 3, 2, 1]);
});

test('W11 what is deleted while a page is on its way does not come back with it', async () => {
  const { feed, calls, arrive, offsets } = feedOf();
  const loaded = feed.load();
  arrive(requestAt(4));
  feed.deleted('r2');
  feed.deleted('r4');
  calls[0]?.answer(page([3, 2, 1]));
  await loaded;
  expect(offsets()).toEqual([3, 1]);
});

test('W11 after all have been deleted only later ones are shown', async () => {
  const { feed, calls, arrive, offsets } = feedOf();
  const loaded = feed.load();
  arrive(requestAt(5));
  feed.cleared(6);
  arrive(requestAt(7));
  calls[0]?.answer(page([5, 4]));
  await loaded;
  expect(offsets()).toEqual([7]);
});

test('W11 another filter drops what the former one still brings', async () => {
  const { feed, calls, offsets } = feedOf();
  const first = feed.load();
  const second = feed.filter({ ...NO_FILTER, method: 'POST' });
  expect(calls[0]?.signal.aborted).toBe(true);
  expect(calls[1]?.query).toEqual({ limit: '50', method: 'POST' });
  calls[1]?.answer(page([8]));
  calls[0]?.answer(page([9, 8]));
  await Promise.all([first, second]);
  expect(offsets()).toEqual([8]);
});

test('W11 live requests that the filter leaves out are not shown, nor counted', async () => {
  const { feed, calls, arrive, offsets, arrivals } = feedOf();
  const filtered = feed.filter({ ...NO_FILTER, method: 'POST' });
  calls[0]?.answer(page([]));
  await filtered;
  arrive(requestAt(1), requestAt(2, { method: 'GET' }), requestAt(3));
  expect(offsets()).toEqual([3, 1]);
  expect(feed.unseen.value).toBe(2);
  expect(arrivals).toEqual([2]);
  feed.seen();
  expect(feed.unseen.value).toBe(0);
});

test('W11 empty pages are followed until there is something or an end', async () => {
  const { feed, calls, offsets } = feedOf();
  const filtered = feed.filter({ ...NO_FILTER, method: 'POST' });
  for (const [place, cursor] of ['a', 'b', null].entries()) {
    await expect.poll(() => calls.length).toBe(place + 1);
    calls[place]?.answer(page(cursor === null ? [1] : [], cursor));
  }
  await filtered;
  expect(offsets()).toEqual([1]);
  expect(feed.state.value).toEqual({ kind: 'ready', more: false, loadingOlder: false });
});

test('W11 a fault is told with its field, and what is there stays', async () => {
  const { feed, calls, arrive, offsets } = feedOf();
  const loaded = feed.load();
  arrive(requestAt(1));
  calls[0]?.fail(new ApiError('VALIDATION_ERROR', 'must be a place', 'json'));
  await loaded;
  expect(feed.state.value).toEqual({ kind: 'failed', message: 'must be a place', field: 'json' });
  expect(offsets()).toEqual([1]);
});

test('W11 the list has no more than the webhook keeps', async () => {
  const { feed, arrive, offsets } = feedOf();
  arrive(requestAt(1), requestAt(2), requestAt(3));
  feed.keepAtMost(2);
  expect(offsets()).toEqual([3, 2]);
  arrive(requestAt(4), requestAt(5), requestAt(6));
  expect(offsets()).toEqual([6, 5]);
});
