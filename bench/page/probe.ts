import type { BrowserContext, Page } from 'playwright-core';

/** What measures inside the page. All times are milliseconds since 1970, of one clock for all pages of this machine. */
export interface Probe {
  /** When what `expect` waits for had been painted. */
  seen: Promise<number>;
  /** When the last key or button was pressed, as the browser stamped the event. */
  pressed: number;
  /** From now on, waits until the document has elements for all selectors. */
  expect(selectors: readonly string[]): void;
  /** Resolves behind the frame that shows what the document is now. */
  painted(): Promise<number>;
}

declare global {
  interface Window {
    probe: Probe;
  }
}

/** Puts the probe into every page of this context, before anything of the page's own runs. */
export async function installProbe(context: BrowserContext, selectors: readonly string[]): Promise<void> {
  await context.addInitScript(runProbe, selectors);
}

/** Runs in the page. @param selectors what it waits for from the beginning */
function runProbe(selectors: readonly string[]): void {
  const now = () => performance.timeOrigin + performance.now();
  const painted = () =>
    new Promise<number>((resolve) =>
      requestAnimationFrame(() => {
        // A message is a task of its own: it comes when the frame has been laid out and painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(now());
        port2.postMessage(null);
      }),
    );
  const appeared = (wanted: readonly string[]) =>
    new Promise<number>((resolve) => {
      const look = () => {
        if (!wanted.every((selector) => document.querySelector(selector))) return;
        observer.disconnect();
        void painted().then(resolve);
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      look();
    });
  const probe: Probe = {
    seen: appeared(selectors),
    pressed: Number.NaN,
    painted,
    expect(wanted) {
      probe.seen = appeared(wanted);
    },
  };
  window.probe = probe;
  for (const type of ['keydown', 'click'] as const) {
    const note = (event: Event) => {
      probe.pressed = performance.timeOrigin + event.timeStamp;
    };
    addEventListener(type, note, { capture: true });
  }
}

/** Waits in the page from now on. Resolves when it has begun to. */
export function expectIn(page: Page, selectors: readonly string[]): Promise<void> {
  return page.evaluate((wanted) => window.probe.expect(wanted), selectors);
}

/** When what the page waits for had been painted. */
export function seenIn(page: Page): Promise<number> {
  return page.evaluate(() => window.probe.seen);
}

export function pressedIn(page: Page): Promise<number> {
  return page.evaluate(() => window.probe.pressed);
}
