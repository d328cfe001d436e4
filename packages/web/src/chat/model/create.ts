import { browser } from './browser.ts';
import type { ChatModel } from './chat-model.ts';
import { ChatPage } from './page.ts';

/** The model of the page, in this browser. Asks at once who is there. */
export function createChatModel(): ChatModel {
  return new ChatPage(browser());
}
