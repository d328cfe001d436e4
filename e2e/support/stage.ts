import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type BrowserName, launchBrowser, newPage, pageFaults, watchFaults } from './browser.ts';
import { type RunningServer, startServer } from './server.ts';

/** What a browser test works with: one server and one browser for the file, fresh pages for each test. */
export interface Stage {
  readonly server: RunningServer;
  /** A page in a profile of its own. */
  page(options?: BrowserContextOptions): Promise<Page>;
  /** Another tab of the same profile. */
  tabBeside(page: Page): Promise<Page>;
}

/**
 * Sets the stage for the tests of the calling file or group. After each test no page may have had a fault.
 * @param flags command line flags of the server
 */
export function setStage(flags: readonly string[] = [], browserName?: BrowserName): Stage {
  let server: RunningServer | undefined;
  let browser: Browser | undefined;
  let pages: Page[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(flags), launchBrowser(browserName)]);
  });

  afterEach(async () => {
    const faults = pages.flatMap((page) => pageFaults(page));
    await Promise.all(pages.map((page) => page.context().close()));
    pages = [];
    expect(faults).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const keep = (page: Page) => {
    pages.push(page);
    return page;
  };
  return {
    get server() {
      if (!server) throw new Error('The server is started before the first test');
      return server;
    },
    async page(options) {
      if (!browser) throw new Error('The browser is started before the first test');
      return keep(await newPage(browser, options));
    },
    async tabBeside(page) {
      return keep(watchFaults(await page.context().newPage()));
    },
  };
}
