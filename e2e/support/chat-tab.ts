import type { Locator, Page } from 'playwright-core';
import type { Preset } from './chat-stage.ts';

/** How far an own message has come. */
type Mark = 'pending' | 'sent' | 'unsaved' | 'failed';

/** The chat page in a browser tab of one person, by what they see and do there. */
export class ChatTab {
  readonly page: Page;
  readonly username: string;

  constructor(page: Page, username: string) {
    this.page = page;
    this.username = username;
  }

  get composer(): Locator {
    return this.page.getByTestId('composer');
  }

  get messages(): Locator {
    return this.page.getByTestId('message');
  }

  get members(): Locator {
    return this.page.getByTestId('member');
  }

  get title(): Locator {
    return this.page.getByTestId('active-room');
  }

  get list(): Locator {
    return this.page.getByTestId('message-list');
  }

  /** The banner of that kind. */
  banner(kind: 'reconnecting' | 'offline' | 'storage'): Locator {
    return this.page.locator(`[data-testid=banner][data-kind=${kind}]`);
  }

  message(text: string): Locator {
    return this.messages.filter({ has: this.page.locator('.message-text').getByText(text, { exact: true }) });
  }

  member(username: string): Locator {
    return this.members.filter({ has: this.page.locator('bdi').getByText(username, { exact: true }) });
  }

  roomItem(name: string): Locator {
    return this.page.getByTestId('room-item').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** Opens the room by its address. */
  async open(origin: string, room: string): Promise<void> {
    await this.page.goto(`${origin}/chat?${new URLSearchParams({ room })}`);
    await this.waitUntilIn();
  }

  /** As a person does who is not logged in: with the form. */
  async logIn(preset: Preset, password = PASSWORD): Promise<void> {
    const form = this.page.getByTestId('login-form');
    await form.getByLabel('Username').fill(this.username);
    if (preset === 'accounts') await form.getByLabel('Password', { exact: true }).fill(password);
    await form.locator('button[type=submit]').click();
  }

  /** Chooses the room in the list. */
  async switchTo(room: string): Promise<void> {
    await this.roomItem(room).click();
    await this.title.getByText(room, { exact: true }).waitFor();
    await this.waitUntilIn();
  }

  async createRoom(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Create a room' }).click();
    const dialog = this.page.getByTestId('create-room');
    await dialog.getByLabel('Name of the room').fill(name);
    await dialog.getByRole('button', { name: 'Create room' }).click();
    await this.title.getByText(name, { exact: true }).waitFor();
    await this.waitUntilIn();
  }

  /** Chooses from the menu of the room. */
  async chooseInRoomMenu(entry: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Room menu' }).click();
    await this.page.getByRole('button', { name: entry }).click();
  }

  /** Until the room's head counts people: oneself, at least. */
  async waitUntilIn(): Promise<void> {
    await this.page
      .locator('.room-title')
      .getByText(/ [1-9]\d* here$/)
      .waitFor();
  }

  /** Types and presses Enter. */
  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Says it and waits for its checkmark. */
  async send(text: string): Promise<void> {
    await this.say(text);
    await this.waitForMark(text, 'sent');
  }

  async waitForMessage(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  async waitForMark(text: string, mark: Mark): Promise<void> {
    await this.message(text)
      .and(this.page.locator(`[data-mark=${mark}]`))
      .waitFor();
  }

  /** What the messages say that are in the document, from the top. */
  async texts(): Promise<string[]> {
    const found = await this.messages.evaluateAll((elements) =>
      elements
        .map((element) => ({
          top: element.getBoundingClientRect().top,
          text: element.querySelector('.message-text')?.textContent ?? '',
        }))
        .sort((a, b) => a.top - b.top),
    );
    return found.map(({ text }) => text);
  }

  /** Names of those who are in the room. */
  async people(): Promise<string[]> {
    return this.members.locator('bdi').allTextContents();
  }
}

/** Everybody's, in tests. */
export const PASSWORD = 'correct horse';
