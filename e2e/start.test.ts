import { expect, test } from 'vitest';
import { RoomTab } from './support/room-tab.ts';
import { setStage } from './support/stage.ts';

const stage = setStage();

test('the start page shows the live figures of this server', async () => {
  const page = await stage.page();
  await RoomTab.open(await stage.tabBeside(page), stage.server.url, 'counted');
  await page.goto(stage.server.url);
  await page.getByText('Running').waitFor();
  const figures = await page.locator('.health-figures').textContent();
  expect(figures).toMatch(/Connections1.*Rooms1.*Version\d/);
});

test('every face that the start page links is there', async () => {
  const page = await stage.page();
  await page.goto(stage.server.url);
  const links = await page.locator('.card a').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) expect((await fetch(new URL(link, stage.server.url))).status, link).toBe(200);
});

test('the start page opens the room that is named', async () => {
  const page = await stage.page();
  await page.goto(stage.server.url);
  await page.getByRole('textbox', { name: 'Room name' }).fill('my room');
  await page.getByRole('button', { name: 'Open room' }).click();
  await page.getByRole('heading', { level: 1, name: 'my room' }).waitFor();
  await new RoomTab(page).waitForState('Connected');
});

test('the browser example of the start page works as it stands', async () => {
  const page = await stage.page();
  await page.goto(stage.server.url);
  const code = (await page.locator('.snippet', { hasText: 'Browser' }).locator('pre').textContent()) ?? '';
  const room = await RoomTab.open(await stage.tabBeside(page), stage.server.url, 'lobby');
  // A page of its own: the policy of ours takes no inline script.
  const example = await stage.page({ bypassCSP: true });
  await example.goto(`${stage.server.url}/health`);
  await example.setContent(code);
  await room.waitForMessage('Hello');
  expect(await room.values('received')).toEqual([{ text: 'Hello' }]);
});

test('the theme follows the system until one is chosen, and the choice holds from the first paint', async () => {
  const page = await stage.page({ colorScheme: 'dark' });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto(stage.server.url);
  const dark = await paper();
  await page.getByRole('button', { name: 'Switch to the light theme' }).click();
  const light = await paper();
  expect(light).not.toBe(dark);

  // Without the module scripts only what runs before the first paint is left.
  await page.route(/assets.*\.js$/, (route) => route.abort());
  await page.goto(`${stage.server.url}/bridge`);
  expect(await paper()).toBe(light);
});

test('the pages stay within 30 kB of script each', async () => {
  for (const path of ['/', '/bridge?room=weight']) {
    const page = await stage.page();
    const scripts = new Set<string>();
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.add(request.url());
    });
    await page.goto(stage.server.url + path, { waitUntil: 'networkidle' });
    const sizes = await Promise.all([...scripts].map(gzipSize));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(30_000);
    expect([...scripts].every((url) => url.startsWith(stage.server.url))).toBe(true);
  }
});

async function gzipSize(url: string): Promise<number> {
  const body = new Response((await fetch(url)).body?.pipeThrough(new CompressionStream('gzip')));
  return (await body.arrayBuffer()).byteLength;
}
