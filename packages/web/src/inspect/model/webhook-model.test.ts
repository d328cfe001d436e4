import { expect, test } from 'vitest';
import { requestAt } from '../../../test/support/inspect.ts';
import { type Answer, type Answers, detailsOf, ScriptedPlatform } from '../../../test/support/inspect-platform.ts';
import { WebhookModel } from './webhook-model.ts';

const NEVER_WAS: Answer = [404, { code: 'NOT_FOUND', detail: 'Webhook not found' }];
const LOCKED: Answer = [401, { code: 'UNAUTHENTICATED', detail: 'This needs its secret or password.' }];
const EMPTY: Answer = [200, { requests: [], cursor: null, total: 0 }];

/** A server with one webhook, open to all, whose secret is `whsec_right`. */
const server: Answers = ({ method, path, headers }) => {
  const isOwner = headers.get('x-webhook-secret') === 'whsec_right';
  if (path === '/api/webhooks') return [200, { webhooks: isOwner ? [detailsOf()] : [] }];
  if (path.startsWith('/api/webhooks/hook/requests?')) return EMPTY;
  if (method !== 'GET') return isOwner ? [200, detailsOf()] : LOCKED;
  return [200, detailsOf()];
};
/** The same, locked. */
const lockedServer: Answers = (call) => {
  const isLetIn = call.headers.get('x-webhook-password') === 'sesame' || call.headers.has('x-webhook-secret');
  return isLetIn || call.path === '/api/webhooks' ? server(call) : LOCKED;
};
const JOINED = { recovered: false, position: { epoch: 'e', offset: 0 } };

async function opened(answers: Answers = server, stored?: string) {
  const platform = new ScriptedPlatform(answers);
  if (stored !== undefined) platform.stored.set('roomcast.webhooks', stored);
  const model = new WebhookModel('hook', platform);
  await model.open();
  const join = async () => {
    platform.emit('joined', JOINED);
    await expect.poll(() => model.feed.state.value.kind).toBe('ready');
  };
  return { platform, model, join };
}

test('W3 a webhook that never was is told apart from one that cannot be reached', async () => {
  expect((await opened(() => NEVER_WAS)).model.access.value).toEqual({ kind: 'unknown' });
  const { model } = await opened(() => [503, { code: 'STORAGE_UNAVAILABLE', detail: 'Try again later.' }]);
  expect(model.access.value).toEqual({ kind: 'failed', message: 'Try again later.' });
});

test('W11 a locked webhook is opened by its password, and says why another one does not do', async () => {
  const { model, platform } = await opened(lockedServer);
  expect(model.access.value).toEqual({ kind: 'locked', fault: null });
  await model.unlock('wrong');
  expect(model.access.value).toEqual({ kind: 'locked', fault: 'This needs its secret or password.' });
  await model.unlock('sesame');
  expect(model.access.value).toEqual({ kind: 'open' });
  expect(platform.watched).toEqual([{ password: 'sesame' }]);
  expect(platform.stored.size).toBe(0);
});

test('W11 a secret that opens a locked webhook is remembered', async () => {
  const { model, platform } = await opened(lockedServer);
  await model.unlock(' whsec_right ');
  expect(platform.watched).toEqual([{ secret: 'whsec_right' }]);
  expect(platform.stored.get('roomcast.webhooks')).toContain('whsec_right');
});

test('W11 a secret is taken only where it is this webhook’s, and given up where the server refuses it', async () => {
  const { model, platform } = await opened(server, '[{"id":"hook","secret":"whsec_old","fresh":true}]');
  expect([model.secret.value, model.freshSecret.value]).toEqual(['whsec_old', true]);
  await expect(model.update({ password: null })).rejects.toThrow('needs its secret');
  expect(model.secret.value).toBeNull();
  expect(platform.stored.has('roomcast.webhooks')).toBe(false);
  await expect(model.proveSecret('whsec_wrong')).rejects.toThrow('not the secret of this webhook');
  await model.proveSecret('whsec_right');
  await model.update({ password: null });
  expect(model.secret.value).toBe('whsec_right');
});

test('W5 live requests are counted and shown, no more than the webhook keeps', async () => {
  const { model, platform, join } = await opened();
  await join();
  expect(model.link.value).toEqual({ kind: 'live' });
  for (const offset of [1, 2, 3, 4]) platform.emit('request', requestAt(offset));
  platform.clock.pass(20);
  expect(model.feed.rows.value.map(({ id }) => id)).toEqual(['r4', 'r3', 'r2']);
  expect(model.kept.value).toBe(3);
  platform.emit('deleted', { id: 'r3', webhookId: 'hook', epoch: 'e', offset: 5 });
  expect(model.kept.value).toBe(2);
  platform.emit('cleared', { epoch: 'e', offset: 6 });
  expect([model.kept.value, model.feed.rows.value]).toEqual([0, []]);
});

test('W8 the connection is told as it is: lost, refused for now, and back', async () => {
  const { model, platform, join } = await opened();
  await join();
  platform.connection({ state: 'reconnecting', attempt: 2, delay: 500 });
  expect(model.link.value).toEqual({ kind: 'reconnecting', attempt: 2, at: 1_500 });
  platform.connection({ state: 'connected' });
  expect(model.link.value.kind).toBe('reconnecting');
  platform.emit('delayed', { code: 'OVERLOADED', message: 'busy', retryAfter: 2_000 });
  expect(model.link.value).toEqual({ kind: 'waiting', at: 3_000 });
  platform.emit('joined', { ...JOINED, recovered: true });
  expect(model.link.value).toEqual({ kind: 'live' });
});

test('W8 without a live connection the list is shown after a moment', async () => {
  const { model, platform } = await opened();
  expect(model.feed.state.value.kind).toBe('loading');
  platform.clock.pass(1_500);
  await expect.poll(() => model.feed.state.value.kind).toBe('ready');
});

test('W11 a webhook that is deleted while it is watched is told, and its secret forgotten', async () => {
  const { model, platform, join } = await opened(server, '[{"id":"hook","secret":"whsec_right"}]');
  await join();
  platform.emit('gone');
  expect(model.access.value).toEqual({ kind: 'deleted' });
  expect(platform.left).toBe(1);
  expect(platform.stored.size).toBe(0);
});

test('W5 a password that is set while one watches without it locks the page', async () => {
  const { model, platform, join } = await opened();
  await join();
  platform.emit('error', { code: 'UNAUTHENTICATED', message: 'A password is needed.' });
  expect(model.access.value).toEqual({ kind: 'locked', fault: 'A password is needed.' });
});

test('W5 the others are told what one looks at, and following ends with one’s own choice', async () => {
  const { model, platform, join } = await opened();
  await join();
  for (const offset of [1, 2]) platform.emit('request', requestAt(offset));
  platform.emit('watchers', [{ connectionId: 'ann', name: 'Ann', requestId: 'r1' }], 2);
  model.company.follow('ann');
  expect([model.selection.id, platform.shownInAddress, platform.selected.at(-1)]).toEqual(['r1', 'r1', 'r1']);
  model.select('r2');
  expect(model.company.following.value).toBeNull();
  expect(platform.said.at(-1)).toBe('You no longer follow Ann.');
  platform.emit('watchers', [{ connectionId: 'ann', name: 'Ann', requestId: null }], 2);
  platform.emit('watchers', [{ connectionId: 'ann', name: 'Ann', requestId: 'r1' }], 2);
  expect(model.selection.id).toBe('r2');
});
