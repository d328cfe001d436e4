import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { BenchUser } from '../chat/users.ts';
import type { RoomcastServer } from '../host/roomcast.ts';
import { installProbe, seenIn } from './probe.ts';

/** Browsers of people: each has a profile of its own, with nothing in its cache. */
export class Visitors {
  readonly url: string;
  readonly #browser: Browser;

  constructor(browser: Browser, { port }: RoomcastServer) {
    this.#browser = browser;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** A fresh profile. @param user who is logged in there; null = nobody */
  async profile(user: BenchUser | null, selectors: readonly string[]): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } });
    if (user) await context.addCookies([{ name: 'roomcast_session', value: user.token, url: this.url }]);
    await installProbe(context, selectors);
    return context;
  }

  /** A page where that user has entered the room and sees its messages. */
  async enter(user: BenchUser, room: ShownRoom): Promise<Page> {
    const context = await this.profile(user, shows(room));
    const page = await context.newPage();
    await page.goto(this.address(room));
    await seenIn(page);
    return page;
  }

  address({ name }: ShownRoom): string {
    return `${this.url}/chat?${new URLSearchParams({ room: name })}`;
  }
}

/** A room with messages. */
export interface ShownRoom {
  /** As the address has it. */
  readonly name: string;
  /** Offset of its last message. */
  readonly last: number;
}

/** What the document has when the room is open: it is chosen in the list, and its last message is there. */
export function shows({ name, last }: ShownRoom): readonly string[] {
  return [
    `${item({ name })}[aria-current=true]`,
    `[data-testid=message][data-offset="${last}"]`,
    '[data-testid=member]',
  ];
}

/** The room in the list. */
export function item({ name }: Pick<ShownRoom, 'name'>): string {
  return `[data-testid=room-item][data-room="chat:${name}"]`;
}
