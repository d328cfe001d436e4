import type { Locator, Page } from 'playwright-core';

type Headers = Readonly<Record<string, string>>;

/** A tab on the page of a webhook. */
export class InspectTab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Creates a webhook in one click, and waits until its page is live. */
  static async create(page: Page, server: string): Promise<InspectTab> {
    await page.goto(`${server}/inspect`);
    await page.getByRole('button', { name: 'Create a webhook' }).click();
    const tab = new InspectTab(page);
    await tab.waitUntilLive();
    return tab;
  }

  /** Opens a webhook's page by its address, and waits until it is live. */
  static async open(page: Page, address: string): Promise<InspectTab> {
    await page.goto(address);
    const tab = new InspectTab(page);
    await tab.waitUntilLive();
    return tab;
  }

  get id(): string {
    return decodeURIComponent(new URL(this.page.url()).pathname.slice('/inspect/'.length));
  }

  /** Where others find the webhook, without the request that is shown. */
  get address(): string {
    return `${new URL(this.page.url()).origin}/inspect/${this.id}`;
  }

  get rows(): Locator {
    return this.page.getByTestId('request-row');
  }

  get list(): Locator {
    return this.page.getByTestId('request-list');
  }

  get view(): Locator {
    return this.page.getByTestId('request-view');
  }

  get body(): Locator {
    return this.page.getByTestId('body');
  }

  row(text: string): Locator {
    return this.rows.filter({ hasText: text });
  }

  async waitUntilLive(): Promise<void> {
    await this.waitForState('Live');
  }

  async waitForState(word: 'Live' | 'Reconnecting' | 'Offline'): Promise<void> {
    await this.page.getByTestId('status').filter({ hasText: word }).waitFor();
  }

  /** Where to send requests to. */
  async url(): Promise<string> {
    return (await this.page.getByTestId('webhook-url').textContent()) ?? '';
  }

  /** The webhook's secret, as it is shown once; takes the note away. */
  async takeSecret(): Promise<string> {
    const secret = (await this.page.getByTestId('secret').textContent()) ?? '';
    await this.page.getByRole('button', { name: 'I have it' }).click();
    await this.page.getByTestId('secret-note').waitFor({ state: 'detached' });
    return secret;
  }

  /** Sends a request to the webhook, as any program would. Resolves to its answer. */
  async send(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch((await this.url()) + path, init);
  }

  sendJson(path: string, value: unknown, headers: Headers = {}): Promise<Response> {
    const body = JSON.stringify(value);
    return this.send(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  }

  /** What the list shows of each request: method and target, the newest first. */
  async targets(): Promise<string[]> {
    const lines = await this.rows.locator('.row-line:first-child').all();
    return Promise.all(lines.map(async (line) => (await line.locator('span').allTextContents()).join(' ')));
  }

  async show(text: string): Promise<void> {
    await this.row(text).first().click();
    await this.view.waitFor();
  }

  async choose(menu: 'webhook' | 'request', entry: string): Promise<void> {
    await this.page.getByRole('button', { name: `More of this ${menu}` }).click();
    await this.page.getByRole('button', { name: entry }).click();
  }
}
