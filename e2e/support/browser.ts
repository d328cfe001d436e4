import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const { CHROMIUM_PATH = '/usr/bin/chromium' } = process.env;

/** Debian's Chromium, without the calls home that it makes by itself. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page in a browser profile of its own, whose faults `pageFaults` tells. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  return watchFaults(await context.newPage());
}

/** Faults of the page's own: what it throws, and what the content security policy had to stop. */
const faults = new WeakMap<Page, string[]>();

/** Collects the faults of a page from now on, for `pageFaults`. */
export function watchFaults(page: Page): Page {
  const found: string[] = [];
  faults.set(page, found);
  page.on('pageerror', (error) => found.push(error.message));
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) found.push(message.text());
  });
  return page;
}

export function pageFaults(page: Page): readonly string[] {
  return faults.get(page) ?? [];
}
