import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoredOutgoing } from '@roomcast/client/chat';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { browser } from '../packages/web/src/chat/model/browser.ts';
import { launchBrowser } from './support/browser.ts';

declare global {
  var platform: ReturnType<typeof browser>;
}

let chromium: Browser;
let address: string;
const server = createServer();

beforeAll(async () => {
  const script = await bundle();
  server.on('request', (request, response) => {
    const isScript = request.url === '/script.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><script type="module" src="/script.js"></script>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  chromium = await launchBrowser();
});

afterAll(async () => {
  await chromium.close();
  server.close();
  server.closeAllConnections();
});

/** The page's own browser platform, as a script that puts it where the test finds it. */
async function bundle(): Promise<string> {
  const entry = `import { browser } from '/packages/web/src/chat/model/browser.ts';\nglobalThis.platform = browser();`;
  const result = (await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { alias: { '@roomcast/client/chat': '/packages/client/src/chat/index.ts' } },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => {
          if (id === 'entry') return id;
          return id.startsWith('/packages/') ? new URL(`..${id}`, import.meta.url).pathname : null;
        },
        load: (id) => (id === 'entry' ? entry : null),
      },
    ],
    build: { write: false, modulePreload: { polyfill: false }, rolldownOptions: { input: 'entry' } },
  })) as Rollup.RolldownOutput;
  return result.output[0].code;
}

async function context(): Promise<BrowserContext> {
  const fresh = await chromium.newContext();
  onTestFinished(() => fresh.close());
  return fresh;
}

async function tab(profile: BrowserContext): Promise<Page> {
  const page = await profile.newPage();
  await page.goto(address);
  await page.waitForFunction(() => globalThis.platform);
  return page;
}

const put = (page: Page, clientMessageId: string, userId = 'ann') => {
  const rest = { roomId: 'chat:general', content: 'hi', at: 1, state: 'waiting', failure: null } as const;
  const message: StoredOutgoing = { userId, clientMessageId, ...rest };
  return page.evaluate((given) => globalThis.platform.outbox.put(given), message);
};
const claim = (page: Page, userId = 'ann') =>
  page.evaluate(
    async (id) => (await globalThis.platform.outbox.claim(id)).map(({ clientMessageId }) => clientMessageId),
    userId,
  );

test('EC-5 what waits survives a reload', async () => {
  const page = await tab(await context());
  await put(page, 'a');
  expect(await claim(page)).toEqual(['a']);
  await page.reload();
  await page.waitForFunction(() => globalThis.platform);
  expect(await claim(page)).toEqual(['a']);
  await page.evaluate(() => globalThis.platform.outbox.remove('a'));
  expect(await claim(page)).toEqual([]);
});

test('EC-5 a message belongs to the tab that wrote it, and after that is closed to one other', async () => {
  const profile = await context();
  const [first, second, third] = [await tab(profile), await tab(profile), await tab(profile)];
  await put(first, 'a');
  expect(await claim(second)).toEqual([]);
  await first.close();
  // The browser takes a lock back a moment after the tab is gone.
  await expect.poll(async () => (await Promise.all([claim(second), claim(third)])).flat()).toEqual(['a']);
  expect((await Promise.all([claim(second), claim(third)])).flat()).toEqual(['a']);
});

test('EC-5 a tab that crashes leaves its messages to the others', async () => {
  const profile = await context();
  const [first, second] = [await tab(profile), await tab(profile)];
  await put(first, 'a');
  const crashed = first.waitForEvent('crash');
  first.goto('chrome://crash').catch(() => {});
  await crashed;
  await expect.poll(() => claim(second)).toEqual(['a']);
});

test('D16 what one user wrote is not given to another', async () => {
  const page = await tab(await context());
  await put(page, 'a', 'ann');
  expect(await claim(page, 'bob')).toEqual([]);
  expect(await claim(page, 'ann')).toEqual(['a']);
});
