import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InspectTab } from './support/inspect-tab.ts';
import { startNetwork } from './support/network.ts';
import { poll } from './support/poll.ts';
import { setStage } from './support/stage.ts';

const stage = setStage(['--webhook-replay', 'any']);
const create = async (options = {}) => InspectTab.create(await stage.page(options), stage.server.url);
const watch = async (address: string, options = {}) => InspectTab.open(await stage.page(options), address);

/** Presses a button that downloads, and reads what came. */
async function download(page: Page, press: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [coming] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: coming.suggestedFilename(), bytes: await readFile(await coming.path()) };
}

describe('the list', () => {
  test('W11 W5 one click creates a webhook; what is sent to its URL stands in the list at once', async () => {
    const tab = await create();
    expect(await tab.takeSecret()).toMatch(/^whsec_/);
    await tab.page.getByRole('heading', { name: 'Waiting for the first request' }).waitFor();
    const waiting = await tab.page.locator('.waiting').textContent();
    expect(waiting).toContain(`npm start -- forward ${await tab.url()}`);
    expect(waiting).toContain('in the folder of Roomcast on your own machine');
    expect(waiting).not.toContain('npx');
    const answer = await tab.sendJson('/orders?source=shop&source=app', { id: 1042 });
    expect(answer.status).toBe(200);
    await tab.row('POST').waitFor();
    expect(await tab.targets()).toEqual(['POST /orders?source=shop&source=app']);
    // What one has waited for is shown at once.
    await tab.view.getByRole('heading', { name: '/orders' }).waitFor();
    expect(await tab.page.getByTestId('request-url').textContent()).toBe(
      `/hooks/${tab.id}/orders?source=shop&source=app`,
    );
  });

  test('W5 three watchers see each request, the newest on top', async () => {
    const first = await create();
    const others = [await watch(first.address), await watch(first.address)];
    for (const number of [1, 2, 3]) await first.send(`/${number}`, { method: 'PUT' });
    for (const tab of [first, ...others]) await poll(() => tab.targets()).toEqual(['PUT /3', 'PUT /2', 'PUT /1']);
    await first.page.getByRole('button', { name: '3 watching' }).waitFor();
  });

  test('W8 after a lost connection the list has what came meanwhile, each once and in order', async () => {
    const network = await startNetwork(stage.server.port);
    onTestFinished(() => network.close());
    const sender = await create();
    await sender.send('/before');
    const tab = await watch(`${network.url}/inspect/${sender.id}`);
    await tab.row('/before').waitFor();
    network.cut();
    await tab.waitForState('Reconnecting');
    for (let number = 1; number <= 30; number += 1) await sender.send(`/missed-${number}`);
    network.restore();
    await tab.page.getByRole('button', { name: 'Reconnect now' }).click();
    await tab.waitUntilLive();
    await sender.send('/after');
    await tab.row('/after').waitFor();
    const missed = Array.from({ length: 30 }, (_, index) => `GET /missed-${30 - index}`);
    await tab.list.evaluate((list) => {
      list.style.flex = 'none';
      list.style.height = '3000px';
    });
    await poll(() => tab.targets()).toEqual(['GET /after', ...missed, 'GET /before']);
  });

  test('W11 a reload shows what is kept, and older pages come by scrolling', async () => {
    const tab = await create();
    for (let number = 1; number <= 130; number += 1) await tab.send(`/${number}`);
    await tab.page.reload();
    await tab.waitUntilLive();
    await tab.row('/130').waitFor();
    await poll(async () => {
      await tab.list.evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
      return (await tab.targets()).at(-1);
    }).toBe('GET /1');
    // Of all of them only those are drawn that can be seen, and a few more.
    expect(await tab.rows.count()).toBeLessThan(50);
  });

  test('W11 whoever has scrolled down keeps their place, and a button says how many are new', async () => {
    const tab = await create();
    for (let number = 1; number <= 40; number += 1) await tab.send(`/${number}`);
    await tab.row('/40').waitFor();
    await tab.list.evaluate((list) => list.scrollTo({ top: 600 }));
    const placeOf = (text: string) => tab.row(text).evaluate((row) => row.getBoundingClientRect().top);
    await tab.row('/25').waitFor();
    const before = await placeOf('/25');
    for (const name of ['a', 'b', 'c']) await tab.send(`/new-${name}`);
    await tab.page.getByRole('button', { name: '3 new' }).waitFor();
    expect(Math.abs((await placeOf('/25')) - before)).toBeLessThan(2);
    await poll(() => tab.page.title()).toContain('(3)');
    await tab.page.getByRole('button', { name: '3 new' }).click();
    await tab.row('/new-c').waitFor();
    await poll(() => tab.page.title()).not.toContain('(3)');
  });

  test('W11 words, method, path, header and JSON narrow the list, and live requests are judged the same', async () => {
    const tab = await create();
    await tab.sendJson('/orders/1', { order: { id: 1042 }, note: 'Needle' }, { 'x-event': 'order.paid' });
    await tab.send('/orders/2', { method: 'PUT', body: 'plain' });
    await tab.send('/other', { headers: { 'x-event': 'order.sent' } });
    await poll(() => tab.rows.count()).toBe(3);
    const search = tab.page.getByRole('searchbox', { name: 'Search requests' });
    await search.fill('needle');
    await poll(() => tab.targets()).toEqual(['POST /orders/1']);
    await tab.send('/live', { method: 'POST', body: 'another needle' });
    await tab.send('/hay', { method: 'POST', body: 'hay' });
    await poll(() => tab.targets()).toEqual(['POST /live', 'POST /orders/1']);
    await search.fill('nowhere-to-be-found');
    await tab.page.getByText('No request matches. Bodies are searched where they are UTF-8 text').waitFor();
    await tab.page.getByRole('button', { name: 'Clear the search' }).click();
    await poll(() => tab.rows.count()).toBe(5);

    await tab.page.getByRole('button', { name: 'More filters' }).click();
    const filters = tab.page.getByRole('search');
    await filters.getByLabel('Method').selectOption('PUT');
    await poll(() => tab.targets()).toEqual(['PUT /orders/2']);
    await filters.getByLabel('Method').selectOption('');
    await filters.getByLabel('Path').fill('ORDERS');
    await poll(() => tab.rows.count()).toBe(2);
    await filters.getByLabel('Path').fill('');
    await filters.getByLabel('Header').fill('X-Event: sent');
    await poll(() => tab.targets()).toEqual(['GET /other']);
    await filters.getByLabel('Header').fill('');
    await filters.getByLabel('JSON').fill('order.id=1042');
    await poll(() => tab.targets()).toEqual(['POST /orders/1']);
    await filters.getByLabel('JSON').fill('$..');
    await tab.page.getByRole('alert').waitFor();
  });

  test('UI-009 the keyboard alone leads through the list, into a request and back', async () => {
    const tab = await create();
    const { page } = tab;
    await tab.takeSecret();
    for (const name of ['one', 'two', 'three']) await tab.send(`/${name}`);
    await poll(() => tab.rows.count()).toBe(3);
    await tab.list.focus();
    await page.keyboard.press('Home');
    await tab.view.getByRole('heading', { name: '/three' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await tab.view.getByRole('heading', { name: '/two' }).waitFor();
    const active = await tab.list.getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active}"]`).textContent()).toContain('/two');
    await page.keyboard.press('Enter');
    const isIn = async (part: Locator) => (await part.and(page.locator(':focus-within')).count()) === 1;
    await poll(() => isIn(tab.view)).toBe(true);
    await page.keyboard.press('Escape');
    await poll(() => isIn(tab.list)).toBe(true);
    await page.keyboard.press('F6');
    await poll(() => isIn(tab.view)).toBe(true);
    // Letters do nothing until somebody asks for them.
    await page.keyboard.press('j');
    await tab.choose('webhook', 'Keyboard …');
    await page.getByRole('checkbox', { name: 'Letters as shortcuts' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await tab.view.getByRole('heading', { name: '/two' }).waitFor();
    await page.keyboard.press('j');
    await tab.view.getByRole('heading', { name: '/one' }).waitFor();
  });

  test('UI-009 screen readers are told what has come, not too often', async () => {
    const tab = await create();
    await tab.send('/first');
    const said = tab.page.getByTestId('announcer');
    await said.getByText('New request: GET /first').waitFor();
    for (let number = 1; number <= 20; number += 1) await tab.send(`/${number}`);
    await said.getByText('GET /20').waitFor();
    const told = (await said.locator('p').allTextContents()).filter((text) => /new request/i.test(text));
    // Each of them told one by one would never let anybody hear it out.
    expect(told.length).toBeLessThan(5);
    const counts = told.map((text) => Number(/^(\d+) new requests/.exec(text)?.[1] ?? 1));
    expect(counts.reduce((sum, count) => sum + count)).toBe(21);
  });
});

describe('the request', () => {
  test('W6 headers are shown as they were sent, and query parameters with their repeats', async () => {
    const tab = await create({ permissions: ['clipboard-read', 'clipboard-write'] });
    await tab.send('/x?a=1&a=2&b=%C3%BC', { headers: { 'X-Custom': 'Value' } });
    await tab.view.waitFor();
    const query = tab.view.getByRole('region', { name: /^Query/ }).getByRole('row');
    await poll(() => query.locator('th[scope=row], td:nth-child(2)').allTextContents()).toEqual([
      'a',
      '1',
      'a',
      '2',
      'b',
      'ü',
    ]);
    await tab.view.getByRole('button', { name: 'Copy header x-custom' }).click();
    await poll(() => tab.page.evaluate(() => navigator.clipboard.readText())).toBe('Value');
  });

  test('W6 JSON is indented, what is none says where it breaks, and markup stays text', async () => {
    const tab = await create();
    await tab.sendJson('/json', { html: '<img src=x onerror="document.title=1">', big: 1 });
    await poll(() => tab.body.getAttribute('data-kind')).toBe('json');
    expect(await tab.body.locator('.code-line').allTextContents()).toEqual([
      '{',
      '  "html": "<img src=x onerror=\\"document.title=1\\">",',
      '  "big": 1',
      '}',
    ]);
    expect(await tab.view.locator('img').count()).toBe(0);
    await tab.send('/broken', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a": 1,}' });
    await tab.show('/broken');
    expect(await tab.page.getByTestId('json-fault').textContent()).toMatch(/line 1, column 9/);
  });

  test('W6 forms, XML, files and binary bodies are each shown in their own way', async () => {
    const tab = await create();
    const type = (value: string) => ({ 'content-type': value });
    const form = new FormData();
    form.set('title', 'Hello');
    form.set('file', new Blob([new Uint8Array([0, 1, 2, 255])], { type: 'image/png' }), 'photo.png');
    await tab.send('/form', {
      method: 'POST',
      headers: type('application/x-www-form-urlencoded'),
      body: 'name=J%C3%BCrgen+M&a=1',
    });
    await tab.send('/xml', { method: 'POST', headers: type('text/xml'), body: '<a><b>1</b></a>' });
    await tab.send('/files', { method: 'POST', body: form });
    await tab.send('/binary', {
      method: 'POST',
      headers: type('image/png'),
      body: new Uint8Array([137, 80, 78, 71, 0]),
    });
    await poll(() => tab.rows.count()).toBe(4);

    await tab.show('/form');
    await tab.body.getByRole('row', { name: 'name Jürgen M' }).waitFor();
    await tab.show('/xml');
    await poll(() => tab.body.locator('.code-line').allTextContents()).toEqual(['<a>', '  <b>1</b>', '</a>']);
    await tab.show('/files');
    await tab.page.getByTestId('parts').getByText('Hello', { exact: true }).waitFor();
    const file = await download(tab.page, () => tab.page.getByRole('button', { name: 'Download photo.png' }).click());
    expect(file).toEqual({ name: 'photo.png', bytes: Buffer.from([0, 1, 2, 255]) });
    await tab.show('/binary');
    await poll(() => tab.body.textContent()).toContain('89 50 4e 47 00');
  });

  test('W6 a compressed body is shown decompressed, and downloaded byte for byte as it was sent', async () => {
    const tab = await create();
    const sent = gzipSync(JSON.stringify({ inside: true }));
    await tab.send('/gz', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: sent,
    });
    await tab.body.getByText('"inside"').waitFor();
    expect(await tab.page.getByTestId('coding').textContent()).toContain('compressed with gzip');
    const press = () => tab.view.getByRole('button', { name: 'Download' }).click();
    expect((await download(tab.page, press)).bytes).toEqual(sent);
  });

  test('W11 a link leads to the very request', async () => {
    const tab = await create({ permissions: ['clipboard-read', 'clipboard-write'] });
    for (const name of ['one', 'two']) await tab.send(`/${name}`);
    await tab.show('/one');
    await tab.choose('request', 'Copy link to this request');
    const link = await valueLike(() => tab.page.evaluate(() => navigator.clipboard.readText()), /request=/);
    const other = await watch(link);
    await other.view.getByRole('heading', { name: '/one' }).waitFor();
  });

  test('W11 it is copied as a curl command that sends it again', async () => {
    const tab = await create({ permissions: ['clipboard-read', 'clipboard-write'] });
    await tab.sendJson('/again', { it: "'s" });
    await tab.view.getByRole('button', { name: 'Copy as curl' }).click();
    await tab.view.getByRole('button', { name: 'Copied', exact: true }).waitFor();
    const command = await tab.page.evaluate(() => navigator.clipboard.readText());
    expect(command).toMatch(/^curl /);
    expect(command).toContain('/again');
  });

  test('W11 it is replayed to another URL, whose answer is shown; the command for one’s own machine stands beside', async () => {
    const tab = await create();
    const target = await create();
    await tab.sendJson('/original', { replayed: true });
    await tab.view.getByRole('button', { name: 'Replay' }).click();
    const dialog = tab.page.getByRole('dialog', { name: 'Replay' });
    const text = await dialog.textContent();
    // No command may ask a registry for a package of this name: it would run whatever anybody puts there.
    expect(text).toMatch(/npm start -- forward .*--to http:\/\/localhost:3000.*--replay [\w-]+/s);
    expect(text).toContain('in the folder of Roomcast on your own machine');
    expect(text).not.toContain('npx');
    await dialog.getByRole('textbox', { name: 'URL' }).fill(`${await target.url()}/copy`);
    await dialog.getByRole('button', { name: 'Send it' }).click();
    await tab.page.getByTestId('replay-answer').getByText('200').waitFor();
    await target.row('/copy').waitFor();
    await target.body.getByText('"replayed"').waitFor();
  });

  test('W11 two requests are compared, inline and side by side', async () => {
    const tab = await create();
    await tab.sendJson('/first', { total: 49, same: 1 });
    await tab.sendJson('/second', { total: 50, same: 1 }, { 'x-new': 'yes' });
    await poll(() => tab.rows.count()).toBe(2);
    await tab.show('/first');
    await tab.choose('request', 'Compare with …');
    await tab.row('/second').click();
    const diff = tab.page.getByTestId('diff');
    await diff.getByRole('heading', { name: 'Two requests compared' }).waitFor();
    const changed = () => diff.locator('.diff-text.left, .diff-text.right').allTextContents();
    await diff.getByRole('button', { name: 'Inline' }).click();
    await poll(() => diff.locator('tr.left, tr.right').allTextContents()).toHaveLength(2);
    await diff.getByRole('button', { name: 'Side by side' }).click();
    await poll(async () => (await changed()).join()).toMatch(/−first: {3}"total": 49,?.*\+second: {3}"total": 50/);
    await diff.getByText('x-new: yes').waitFor();
    await tab.page.keyboard.press('Escape');
    await tab.view.getByRole('heading', { name: '/first' }).waitFor();
  });

  test('W11 a signature is checked in the page, and where it fails the page says why', async () => {
    const tab = await create();
    const { page } = tab;
    const body = '{"paid":true}';
    const signature = createHmac('sha256', 'right').update(body).digest('hex');
    await tab.send('/signed', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
      body,
    });
    const sent: string[] = [];
    page.on('request', (request) =>
      sent.push(`${request.url()} ${request.postData()} ${JSON.stringify(request.headers())}`),
    );
    await tab.view.getByRole('button', { name: 'Signature', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Check the signature' });
    expect(await dialog.getByLabel('Signed by').inputValue()).toBe('github');
    const secret = dialog.getByRole('textbox', { name: 'Secret' });
    await secret.fill('wrong-one');
    await secret.press('Enter');
    await page.getByTestId('verdict').getByText('Not valid').waitFor();
    expect(await page.getByTestId('verdict').textContent()).toContain('another secret');
    await secret.fill('right');
    await dialog.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByTestId('verdict').getByText('Valid', { exact: true }).waitFor();
    expect(sent.filter((each) => each.includes('wrong-one'))).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('wrong-one');
    await dialog.getByLabel('Signed by').selectOption('stripe');
    // A prefix of secrets is told as it is written.
    expect(await dialog.textContent()).toContain('whsec_… of this endpoint');
  });

  test('W11 a deleted request goes for everybody', async () => {
    const tab = await create();
    await tab.takeSecret();
    for (const name of ['stays', 'goes']) await tab.send(`/${name}`);
    const other = await watch(tab.address);
    await other.show('/goes');
    await tab.show('/goes');
    await tab.choose('request', 'Delete request …');
    await tab.page.getByRole('button', { name: 'Delete request', exact: true }).click();
    await poll(() => tab.targets()).toEqual(['GET /stays']);
    await poll(() => other.targets()).toEqual(['GET /stays']);
    await other.page.getByText('This request is not here any more').waitFor();
  });
});

describe('the webhook', () => {
  test('W11 what senders are answered can be edited; the server’s refusal stands at the field', async () => {
    const tab = await create();
    const { page } = tab;
    await page.getByRole('button', { name: 'Response' }).click();
    const dialog = page.getByRole('dialog', { name: 'What senders are answered' });
    await dialog.getByLabel('Status').fill('202');
    await dialog.getByRole('textbox', { name: 'Headers' }).fill('content-type: text/plain\nset-cookie: a=b');
    await dialog.getByRole('textbox', { name: 'Body' }).fill('taken');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const headers = dialog.getByRole('textbox', { name: 'Headers' });
    await poll(() => headers.getAttribute('aria-invalid')).toBe('true');
    expect(await dialog.locator('.fault').textContent()).toContain('set-cookie');
    await headers.fill('content-type: text/plain');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const answer = await tab.send('/');
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      202,
      'text/plain',
      'taken',
    ]);
  });

  test('W11 without the secret changes ask for it, and a wrong one is told', async () => {
    const owner = await create();
    const secret = await owner.takeSecret();
    const guest = await watch(owner.address);
    await guest.page.getByRole('button', { name: 'Response' }).click();
    const dialog = guest.page.getByRole('dialog');
    await dialog.getByLabel('Secret').fill('whsec_wrong');
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.getByRole('alert').getByText('not the secret of this webhook').waitFor();
    await dialog.getByLabel('Secret').fill(secret);
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.getByLabel('Status').waitFor();
  });

  test('W11 a named webhook is locked: it asks for its secret or password, and tells a wrong one', async () => {
    const page = await stage.page();
    await page.goto(`${stage.server.url}/inspect`);
    await page.getByText('With a name or password of its own').click();
    await page.getByLabel('Name').fill('orders-test');
    await page.getByLabel('Password for watching').fill('open sesame');
    await page.getByRole('button', { name: 'Create a webhook' }).click();
    const owner = new InspectTab(page);
    await owner.waitUntilLive();
    await owner.send('/inside');

    const guest = await stage.page();
    await guest.goto(owner.address);
    await guest.getByRole('heading', { name: 'This webhook is locked' }).waitFor();
    await guest.getByLabel('Secret or password').fill('wrong');
    await guest.getByRole('button', { name: 'Open' }).click();
    await poll(() => guest.getByLabel('Secret or password').getAttribute('aria-invalid')).toBe('true');
    await guest.getByLabel('Secret or password').fill('open sesame');
    await guest.getByRole('button', { name: 'Open' }).click();
    const watcher = new InspectTab(guest);
    await watcher.waitUntilLive();
    await watcher.row('/inside').waitFor();
    expect(guest.url()).not.toContain('sesame');
    await guest.reload();
    await guest.getByRole('heading', { name: 'This webhook is locked' }).waitFor();
    await guest.getByText('a password is asked for again after a reload').waitFor();
  });

  test('W11 own webhooks are listed, and one is opened by its URL', async () => {
    const tab = await create();
    await tab.send('/');
    const [id, url] = [tab.id, await tab.url()];
    await tab.page.goto(`${stage.server.url}/inspect`);
    const own = tab.page.getByTestId('own-webhook');
    await own.filter({ hasText: id }).getByText('1 request').waitFor();
    const guest = await stage.page();
    await guest.goto(`${stage.server.url}/inspect`);
    await guest.getByText('None yet.').waitFor();
    await guest.getByLabel('URL or id').fill('not a webhook');
    await guest.getByRole('button', { name: 'Open' }).click();
    expect(await guest.getByRole('alert').textContent()).toContain('no URL or id of a webhook');
    await guest.getByLabel('URL or id').fill(`${url}/any/path?x=1`);
    await guest.getByRole('button', { name: 'Open' }).click();
    const watcher = new InspectTab(guest);
    await watcher.waitUntilLive();
    expect(watcher.id).toBe(id);
  });

  test('W3 W11 a webhook that is deleted is so for everybody, and one that never was is told', async () => {
    const tab = await create();
    const other = await watch(tab.address);
    await tab.choose('webhook', 'Delete webhook …');
    await tab.page.getByRole('button', { name: 'Delete webhook', exact: true }).click();
    for (const { page } of [tab, other])
      await page.getByRole('heading', { name: 'This webhook has been deleted' }).waitFor();
    await other.page.reload();
    await other.page.getByRole('heading', { name: 'No such webhook' }).waitFor();
    await tab.page.goto(`${stage.server.url}/inspect`);
    await tab.page.getByText('None yet.').waitFor();
  });

  test('W11 all requests are deleted for everybody, and the webhook goes on', async () => {
    const tab = await create();
    await tab.takeSecret();
    await tab.send('/old');
    const other = await watch(tab.address);
    await other.row('/old').waitFor();
    await tab.choose('webhook', 'Delete all requests …');
    await tab.page.getByRole('button', { name: 'Delete all requests', exact: true }).click();
    await poll(() => other.rows.count()).toBe(0);
    await tab.send('/new');
    await poll(() => other.targets()).toEqual(['GET /new']);
  });

  test('W5 the watchers see who is there and what they look at, and one can follow another', async () => {
    const ann = await create();
    for (const name of ['one', 'two', 'three']) await ann.send(`/${name}`);
    const bob = await watch(ann.address);
    await bob.page.getByRole('button', { name: '2 watching' }).click();
    await bob.page.getByLabel('Your name, for the others').fill('Bob');
    await bob.page.getByRole('button', { name: 'Set' }).click();
    await bob.page.keyboard.press('Escape');
    await bob.show('/two');
    await ann.row('/two').getByText('Looked at by Bob').waitFor();
    await ann.page.getByRole('button', { name: '2 watching' }).click();
    await ann.page.getByRole('button', { name: 'Follow Bob' }).click();
    await ann.page.keyboard.press('Escape');
    await ann.view.getByRole('heading', { name: '/two' }).waitFor();
    await bob.show('/three');
    await ann.view.getByRole('heading', { name: '/three' }).waitFor();
    // Choosing oneself ends it.
    await ann.show('/one');
    await bob.show('/two');
    await ann.page.getByRole('button', { name: /^Following/ }).waitFor({ state: 'detached' });
    await ann.view.getByRole('heading', { name: '/one' }).waitFor();
    // The name is kept.
    await bob.page.reload();
    await bob.waitUntilLive();
    await ann.page.getByRole('button', { name: '2 watching' }).click();
    await ann.page.getByRole('button', { name: 'Follow Bob' }).waitFor();
  });

  test('W11 what is found is exported as HAR', async () => {
    const tab = await create();
    await tab.takeSecret();
    await tab.send('/wanted');
    await tab.send('/other');
    await tab.page.getByRole('searchbox', { name: 'Search requests' }).fill('wanted');
    await poll(() => tab.targets()).toEqual(['GET /wanted']);
    const file = await download(tab.page, () => tab.choose('webhook', 'Export what is found as HAR'));
    expect(JSON.parse(`${file.bytes}`).log.entries).toHaveLength(1);
  });
});

test('W11 on a phone the list and the request take turns, and back leads to the list', async () => {
  const tab = await create({ viewport: { width: 360, height: 640 } });
  const { page } = tab;
  await tab.takeSecret();
  for (const name of ['one', 'two']) await tab.send(`/${name}`);
  await tab.row('/one').click();
  await tab.view.getByRole('heading', { name: '/one' }).waitFor();
  expect(await tab.list.isVisible()).toBe(false);
  await page.goBack();
  await tab.row('/two').click();
  await tab.view.getByRole('heading', { name: '/two' }).waitFor();
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await tab.row('/one').waitFor();
});

test('W11 without JavaScript the page says what still works', async () => {
  const page = await stage.page({ javaScriptEnabled: false });
  await page.goto(`${stage.server.url}/inspect/anything`);
  expect(await page.locator('noscript').textContent()).toContain('JavaScript is switched off');
});

/** The value, once it is as it should be. */
async function valueLike(look: () => Promise<string>, pattern: RegExp): Promise<string> {
  await poll(look).toMatch(pattern);
  return look();
}
