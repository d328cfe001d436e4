import type { Locator, Page } from 'playwright-core';

/** One state as the page showed it. */
export interface ShownState {
  readonly word: string;
  /** Milliseconds on the page's clock. */
  readonly at: number;
}

/** A browser tab in a bridge room, by what a person sees and does there. */
export class RoomTab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the room and waits until the page says that it is connected. */
  static async open(page: Page, origin: string, room: string): Promise<RoomTab> {
    const tab = new RoomTab(page);
    await page.addInitScript(recordStates);
    await page.goto(`${origin}/bridge?${new URLSearchParams({ room })}`);
    await tab.waitForState('Connected');
    return tab;
  }

  get field(): Locator {
    return this.page.getByRole('textbox', { name: /^Message to/ });
  }

  get status(): Locator {
    return this.page.getByTestId('status');
  }

  get messages(): Locator {
    return this.page.getByTestId('messages').locator('li');
  }

  /** Types and presses Enter. */
  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
  }

  async waitForMessage(text: string | RegExp): Promise<void> {
    await this.messages.filter({ hasText: text }).first().waitFor();
  }

  async waitForState(word: string): Promise<void> {
    await this.status.and(this.page.getByText(word, { exact: true })).waitFor();
  }

  /** Waits until every own message has been sent. */
  async waitUntilSent(): Promise<void> {
    await this.page.waitForFunction(() => {
      const own = document.querySelectorAll('[data-testid=messages] li[data-kind=own]');
      return own.length > 0 && [...own].every((item) => item.getAttribute('data-mark') === 'sent');
    });
  }

  /** What the messages say, as JSON values, oldest first. */
  async values(kind?: 'own' | 'received'): Promise<unknown[]> {
    const items = this.page.getByTestId('messages').locator(kind ? `li[data-kind=${kind}]` : 'li');
    const texts = await items.locator('pre').allTextContents();
    return texts.map((text) => JSON.parse(text));
  }

  /** All states that the page has shown since it was opened. */
  shownStates(): Promise<ShownState[]> {
    return this.page.evaluate(() => Reflect.get(window, 'shownStates'));
  }
}

/** Runs in the page: notes each word that the status shows, so that none is missed between two looks. */
function recordStates(): void {
  const shown: { word: string; at: number }[] = [];
  Reflect.set(window, 'shownStates', shown);
  new MutationObserver(() => {
    const word = document.querySelector('[data-testid=status]')?.textContent;
    if (word && word !== shown.at(-1)?.word) shown.push({ word, at: performance.now() });
  }).observe(document, { subtree: true, childList: true, characterData: true });
}
