import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { overflow } from './support/barriers.ts';
import { InspectTab } from './support/inspect-tab.ts';
import { startNetwork } from './support/network.ts';
import { poll } from './support/poll.ts';
import { setStage } from './support/stage.ts';

const stage = setStage();
const WIDE = 1280;
const NARROW = 320;
const HEIGHT = 700;

/** Looks at what the page shows in both themes, on a wide and on a narrow screen. */
async function expectNoBarrier(page: Page, where: string): Promise<void> {
  for (const width of [NARROW, WIDE]) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(async () => {
        const passing = document
          .getAnimations()
          .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime));
        await Promise.allSettled(passing.map((each) => each.finished));
      });
      const view = `${where}, ${colorScheme}, ${width} px`;
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      expect(found, view).toEqual([]);
      expect(await overflow(page), view).toBeLessThanOrEqual(0);
      expect(await smallTargets(page), view).toEqual([]);
    }
  }
}

/** What is pressed and smaller than 24 pixels either way (WCAG 2.5.8); links within text may be. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, select, input, summary, [role=option]')]
      .filter((element) => element.checkVisibility() && !element.closest('.unseen'))
      .filter((element) => {
        const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
        return width < 24 || height < 24;
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

const create = async () => InspectTab.create(await stage.page(), stage.server.url);

test('UI-009 W11 axe finds no barrier where webhooks are created and opened', async () => {
  const page = await stage.page();
  await page.goto(`${stage.server.url}/inspect`);
  await page.getByText('None yet.').waitFor();
  await page.getByText('With a name or password of its own').click();
  await expectNoBarrier(page, 'start');
  await page.goto(`${stage.server.url}/inspect/never-was`);
  await page.getByRole('heading', { name: 'No such webhook' }).waitFor();
  await expectNoBarrier(page, 'unknown');
});

test('UI-009 W11 axe finds no barrier in a new webhook, nor while it reconnects', async () => {
  const network = await startNetwork(stage.server.port);
  onTestFinished(() => network.close());
  const tab = await InspectTab.create(await stage.page(), network.url);
  await expectNoBarrier(tab.page, 'new');
  network.cut();
  await tab.waitForState('Reconnecting');
  await expectNoBarrier(tab.page, 'reconnecting');
});

test('UI-009 W11 axe finds no barrier in the list and in requests of all kinds', async () => {
  const tab = await create();
  const { page } = tab;
  await tab.takeSecret();
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array([0, 1])]), 'a file.bin');
  await tab.send('/files', { method: 'POST', body: form });
  await tab.send('/binary', { method: 'PATCH', body: new Uint8Array(64) });
  await tab.send('/gone', { method: 'DELETE' });
  await tab.send('/form?a=1', { method: 'PUT', body: new URLSearchParams({ name: 'Ann' }) });
  await tab.sendJson('/json', { a: [1, 'two', null], long: 'x'.repeat(300) });
  await poll(() => tab.rows.count()).toBe(5);
  await page.setViewportSize({ width: WIDE, height: HEIGHT });
  for (const name of ['/files', '/binary', '/form', '/json']) {
    await tab.show(name);
    await tab.view.getByRole('heading', { name: name.slice(0, 5) }).waitFor();
    await tab.body.waitFor();
    await expectNoBarrier(page, name);
  }
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('search').getByLabel('JSON').fill('$..');
  await page.getByRole('alert').waitFor();
  await expectNoBarrier(page, 'filters');
});

test('UI-009 W11 axe finds no barrier in any dialog or menu, nor in a comparison', async () => {
  const tab = await create();
  const { page } = tab;
  await tab.takeSecret();
  await tab.sendJson('/one', { total: 1 }, { 'x-hub-signature-256': 'sha256=abc' });
  await tab.sendJson('/two', { total: 2 });
  await poll(() => tab.rows.count()).toBe(2);
  await page.setViewportSize({ width: WIDE, height: HEIGHT });
  await tab.show('/one');
  const look = async (name: string, reach: () => Promise<void>) => {
    await reach();
    const dialog = page.getByRole('dialog', { name });
    await dialog.waitFor();
    await expectNoBarrier(page, name);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  };
  await look('What senders are answered', () => page.getByRole('button', { name: 'Response' }).click());
  await look('Settings', () => tab.choose('webhook', 'Settings …'));
  await look('Keyboard', () => tab.choose('webhook', 'Keyboard …'));
  await look('Delete this webhook?', () => tab.choose('webhook', 'Delete webhook …'));
  await look('Replay', () => tab.view.getByRole('button', { name: 'Replay' }).click());
  await look('Check the signature', async () => {
    await tab.view.getByRole('button', { name: 'Signature', exact: true }).click();
    await page.getByRole('textbox', { name: 'Secret' }).fill('some secret');
    await page.keyboard.press('Enter');
    await page.getByTestId('verdict').waitFor();
  });
  await page.getByRole('button', { name: 'Only you' }).click();
  await expectNoBarrier(page, 'watchers');
  await page.keyboard.press('Escape');
  await tab.choose('request', 'Compare with …');
  await tab.row('/two').click();
  await page.getByTestId('diff').getByRole('button', { name: 'Show all', exact: true }).click();
  await expectNoBarrier(page, 'comparison');
});
