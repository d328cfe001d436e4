import type { PlacedRequest } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { requestAt } from '../../../test/support/inspect.ts';
import { ApiError } from './api-error.ts';
import { Comparison } from './comparison.ts';
import { RequestCache } from './request-cache.ts';
import { Selection } from './selection.ts';

function selectionOf(load: (id: string) => Promise<PlacedRequest>) {
  const cache = new RequestCache(1_000_000);
  return { cache, selection: new Selection({ cache, load }) };
}

const gone = () => Promise.reject(new ApiError('NOT_FOUND', 'Request not found'));
const away = () => Promise.reject(new ApiError('OFFLINE', 'The server could not be reached.'));

test('W11 a request that the page has is shown at once, another one when it has come', async () => {
  const { cache, selection } = selectionOf(async () => requestAt(2));
  cache.add(requestAt(1));
  void selection.select('r1');
  expect(selection.shown.value).toMatchObject({ kind: 'ready', id: 'r1' });
  const loaded = selection.select('r2');
  expect(selection.shown.value).toEqual({ kind: 'loading', id: 'r2' });
  await loaded;
  expect(selection.shown.value).toMatchObject({ kind: 'ready', id: 'r2' });
  expect(cache.get('r2')).not.toBeNull();
});

test('W11 one that comes late does not take the place of another', async () => {
  const { cache, selection } = selectionOf(async () => requestAt(2));
  cache.add(requestAt(1));
  const late = selection.select('r2');
  void selection.select('r1');
  await late;
  expect(selection.id).toBe('r1');
});

test('W11 a request that is not kept any more is told apart from a server that cannot be reached', async () => {
  const old = selectionOf(gone).selection;
  await old.select('r1');
  expect(old.shown.value).toEqual({ kind: 'gone', id: 'r1' });
  const lost = selectionOf(away).selection;
  await lost.select('r1');
  expect(lost.shown.value).toEqual({ kind: 'failed', id: 'r1', message: 'The server could not be reached.' });
});

test('W11 a request that somebody deletes is not shown any more', () => {
  const { cache, selection } = selectionOf(gone);
  cache.add(requestAt(1));
  void selection.select('r1');
  selection.deleted('other');
  expect(selection.shown.value.kind).toBe('ready');
  selection.deleted('r1');
  expect(selection.shown.value).toEqual({ kind: 'gone', id: 'r1' });
});

test('W11 two requests are compared: another one, not itself, not one that is gone', async () => {
  const { selection } = selectionOf(async (id) => (id === 'r2' ? requestAt(2) : gone()));
  const comparison = new Comparison((id) => selection.load(id));
  comparison.start(requestAt(1));
  expect(await comparison.choose('r1')).toContain('same request');
  expect(await comparison.choose('r3')).toContain('not kept any more');
  expect(await comparison.choose('r2')).toBeNull();
  comparison.swap();
  expect(comparison.state.value).toMatchObject({ kind: 'shown', base: { id: 'r2' }, other: { id: 'r1' } });
  comparison.end();
  expect(comparison.state.value).toEqual({ kind: 'off' });
});
