import type { Chat, ChatEvents, ChatRoom, ChatRoomEvents } from '../src/chat/index.ts';
import type { ClientEvents, Room, Roomcast, RoomEvents, WebhookFeed, WebhookFeedEvents } from '../src/index.ts';

type RoomSource = Pick<Room, 'on'>;
/** Clients, chats, rooms and feeds alike, once the overloads have seen to the types. */
type AnySource = { on(event: string, listener: (...details: unknown[]) => void): () => void };

/** The next `event` (that passes `filter`), with what its listeners get. */
export function next<Name extends keyof ClientEvents>(
  source: Roomcast,
  event: Name,
  filter?: (...details: ClientEvents[Name]) => boolean,
): Promise<ClientEvents[Name]>;
export function next<Name extends keyof RoomEvents>(
  source: RoomSource,
  event: Name,
  filter?: (...details: RoomEvents[Name]) => boolean,
): Promise<RoomEvents[Name]>;
export function next<Name extends keyof WebhookFeedEvents>(
  source: WebhookFeed,
  event: Name,
  filter?: (...details: WebhookFeedEvents[Name]) => boolean,
): Promise<WebhookFeedEvents[Name]>;
export function next<Name extends keyof ChatEvents>(
  source: Chat,
  event: Name,
  filter?: (...details: ChatEvents[Name]) => boolean,
): Promise<ChatEvents[Name]>;
export function next<Name extends keyof ChatRoomEvents>(
  source: ChatRoom,
  event: Name,
  filter?: (...details: ChatRoomEvents[Name]) => boolean,
): Promise<ChatRoomEvents[Name]>;
export function next(
  source: object,
  event: string,
  filter: (...details: never[]) => boolean = () => true,
): Promise<unknown> {
  return new Promise((resolve) => {
    const off = (source as AnySource).on(event, (...details) => {
      if (!filter(...(details as never[]))) return;
      off();
      resolve(details);
    });
  });
}

/** What the listeners of one event got so far; `upTo` waits until there are so many. */
export interface Gathered<Details> {
  readonly all: Details[];
  upTo(count: number): Promise<void>;
}

export function gather<Name extends keyof ClientEvents>(source: Roomcast, event: Name): Gathered<ClientEvents[Name]>;
export function gather<Name extends keyof RoomEvents>(source: RoomSource, event: Name): Gathered<RoomEvents[Name]>;
export function gather<Name extends keyof ChatEvents>(source: Chat, event: Name): Gathered<ChatEvents[Name]>;
export function gather<Name extends keyof ChatRoomEvents>(
  source: ChatRoom,
  event: Name,
): Gathered<ChatRoomEvents[Name]>;
export function gather<Name extends keyof WebhookFeedEvents>(
  source: WebhookFeed,
  event: Name,
): Gathered<WebhookFeedEvents[Name]>;
export function gather(source: object, event: string): Gathered<unknown> {
  const all: unknown[] = [];
  let check = () => {};
  (source as AnySource).on(event, (...details) => {
    all.push(details);
    check();
  });
  const upTo = (count: number) =>
    new Promise<void>((resolve) => {
      check = () => all.length >= count && resolve();
      check();
    });
  return { all, upTo };
}
