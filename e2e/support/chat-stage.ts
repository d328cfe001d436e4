import type { BrowserContextOptions } from 'playwright-core';
import type { BrowserName } from './browser.ts';
import { ChatTab, PASSWORD } from './chat-tab.ts';
import { type Stage, setStage } from './stage.ts';

export type Preset = 'accounts' | 'open';
export const PRESETS: readonly Preset[] = ['accounts', 'open'];

export interface EnterOptions extends BrowserContextOptions {
  /** Where the browser finds the server, where that is not the server itself. */
  readonly origin?: string;
}

export interface ChatStage extends Stage {
  readonly preset: Preset;
  /** A new person in a browser of their own, who is logged in; no page is open yet. */
  person(name: string, options?: EnterOptions): Promise<ChatTab>;
  /** A new person in a browser of their own, who has entered the room. */
  enter(name: string, room: string, options?: EnterOptions): Promise<ChatTab>;
}

/** What would slow many people down who come from one address, within minutes. */
const FLAGS = ['--registration-rate', '0', '--room-creation-rate', '0', '--log-format', 'json'];
/** The preset `open` fixes these. */
const RATES = ['--room-switch-rate', '0', '--chat-message-rate', '0'];
/** Milliseconds that anything on the page may take, on a busy machine. */
const TIMEOUT = 15_000;
let people = 0;

export function chatFlags(preset: Preset): readonly string[] {
  return ['--preset', preset, ...FLAGS, ...(preset === 'accounts' ? RATES : [])];
}

/** A name that nobody has had before. */
export function freshName(name: string): string {
  people += 1;
  return `${name}-${people}`;
}

/** Sets the stage with a chat server of that preset. */
export function setChatStage(preset: Preset, flags: readonly string[] = [], browserName?: BrowserName): ChatStage {
  const stage = setStage([...chatFlags(preset), ...flags], browserName);

  async function person(name: string, { origin = stage.server.url, ...options }: EnterOptions = {}): Promise<ChatTab> {
    const page = await stage.page({ viewport: { width: 1280, height: 800 }, ...options });
    page.setDefaultTimeout(TIMEOUT);
    const username = freshName(name);
    const path = preset === 'accounts' ? '/api/auth/register' : '/api/auth/login';
    const data = preset === 'accounts' ? { username, password: PASSWORD } : { username };
    const send = (where: string) => page.context().request.post(`${origin}${where}`, { data });
    const answer = await send(path);
    if (!answer.ok()) throw new Error(`${username} was refused: ${answer.status()} ${await answer.text()}`);
    // Making an account is not logging in.
    if (preset === 'accounts' && !answer.headers()['set-cookie']) await send('/api/auth/login');
    return new ChatTab(page, username);
  }

  return {
    preset,
    get server() {
      return stage.server;
    },
    page: (options) => stage.page(options),
    tabBeside: (page) => stage.tabBeside(page),
    person,
    async enter(name, room, options = {}) {
      const tab = await person(name, options);
      await tab.open(options.origin ?? stage.server.url, room);
      return tab;
    },
  };
}
