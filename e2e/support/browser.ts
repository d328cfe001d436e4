import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, firefox, type Page } from 'playwright-core';

export type BrowserName = 'Chromium' | 'Firefox';
export const BROWSERS: readonly BrowserName[] = ['Chromium', 'Firefox'];

const { CHROMIUM_PATH = '/usr/bin/chromium' } = process.env;
const FIREFOX_RELAY = fileURLToPath(new URL('./firefox-relay.mjs', import.meta.url));

/**
 * Features of Chromium's own window that cost more than the pages that are tested: for each context it loads two pages
 * of its address bar, three quarters of the work of opening one of ours. The others are those that Playwright switches
 * off, whose list this one replaces.
 */
const UNWANTED_FEATURES = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** Debian's browser of that name, without the calls home that it makes by itself. */
export function launchBrowser(name: BrowserName = 'Chromium'): Promise<Browser> {
  return name === 'Chromium' ? launchChromium() : launchFirefox();
}

function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${UNWANTED_FEATURES.join(',')}`,
    ],
  });
}

/**
 * What Firefox does beside showing pages took two thirds of its time here: frames for a screen that nobody looks at, a
 * process for each site, and services of its window.
 */
const FIREFOX_PREFERENCES = {
  'layout.frame_rate': 20,
  'toolkit.cosmeticAnimations.enabled': false,
  'fission.autostart': false,
  'dom.ipc.processCount': 1,
  'dom.ipc.processPrelaunch.enabled': false,
  'browser.tabs.firefox-view': false,
  'browser.newtabpage.enabled': false,
  'browser.sessionstore.interval': 600_000,
  'browser.ml.enable': false,
  'sidebar.revamp': false,
};

/** Unlike Playwright's own build of it, the one that people have: it is driven by WebDriver BiDi. */
function launchFirefox(): Promise<Browser> {
  return firefox.launch({
    channel: 'moz-firefox',
    executablePath: FIREFOX_RELAY,
    firefoxUserPrefs: FIREFOX_PREFERENCES,
  });
}

/** A page in a browser profile of its own, whose faults `pageFaults` tells. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  return watchFaults(await context.newPage());
}

/** Faults of the page's own: what it throws, and what the content security policy had to stop. */
const faults = new WeakMap<Page, string[]>();

/** Firefox reports a server that cannot be reached as if the page had thrown it. No page can avoid that. */
const UNREACHABLE = /^(Firefox can’t establish a connection to|The connection to ws\S+ was interrupted)/;

/** Collects the faults of a page from now on, for `pageFaults`. */
export function watchFaults(page: Page): Page {
  const found: string[] = [];
  faults.set(page, found);
  page.on('pageerror', ({ message }) => {
    if (!UNREACHABLE.test(message)) found.push(message);
  });
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) found.push(message.text());
  });
  return page;
}

export function pageFaults(page: Page): readonly string[] {
  return faults.get(page) ?? [];
}
