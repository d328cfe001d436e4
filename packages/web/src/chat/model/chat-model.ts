import type { ReadonlySignal, Signal } from '@preact/signals';

/**
 * What the chat page shows and does, without how it looks. Everything a component reads is a signal, everything it does
 * is a method; components know neither the connection nor HTTP nor storage.
 */
export interface ChatModel {
  /** `loading`: it is not known yet who is there. `full`: no place for another user (preset `open`). */
  readonly screen: ReadonlySignal<'loading' | 'login' | 'chat' | 'full' | 'superseded'>;
  /** Whether a login needs a password. */
  readonly preset: ReadonlySignal<'accounts' | 'open'>;
  readonly me: ReadonlySignal<Person | null>;
  /** Why the login form is there again (the session expired), in words; null at the first time. */
  readonly notice: ReadonlySignal<string | null>;
  /** Code points of one message. */
  readonly maxMessageLength: ReadonlySignal<number>;

  readonly account: AccountActions;
  readonly link: ReadonlySignal<LinkState>;
  /** Ends the wait before the next attempt, leaves `offline`, or takes the place back after `superseded`. */
  reconnectNow(): void;
  /** False while messages cannot be saved. */
  readonly storageAvailable: ReadonlySignal<boolean>;

  readonly rooms: RoomsModel;
  /** The room that is open; null where none is. */
  readonly active: ReadonlySignal<ActiveRoom | null>;
  readonly search: SearchModel;
  /** What the page has to tell in passing (a room was deleted, an action failed), newest last. */
  readonly toasts: ReadonlySignal<readonly Toast[]>;
  dismiss(toast: Toast): void;
  /** What screen readers are told; at most once a second. */
  readonly announcements: ReadonlySignal<readonly Announcement[]>;
}

export interface Person {
  readonly id: string;
  readonly username: string;
}

/** Rejections carry a message for a person, and the field that it is about where there is one. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly field: 'username' | 'password' | 'newPassword' | 'name' | null;
  /** Milliseconds to wait, where waiting helps. */
  readonly retryAfter: number | null;

  constructor(message: string, field: ActionError['field'] = null, retryAfter: number | null = null) {
    super(message);
    this.field = field;
    this.retryAfter = retryAfter;
  }
}

/** All reject with ActionError. */
export interface AccountActions {
  /** `password`: null in preset `open`. */
  login(username: string, password: string | null): Promise<void>;
  register(username: string, password: string): Promise<void>;
  logout(): Promise<void>;
  logoutEverywhere(): Promise<void>;
  changePassword(current: string, next: string): Promise<void>;
}

/** The connection, as people see it. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** `attempt` of `attempts`; `at`: when it is made, in milliseconds since 1970 (past while it is under way). */
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly attempts: number; readonly at: number }
  /** All attempts have failed: only the button, or the browser's coming online, goes on. */
  | { readonly kind: 'offline' };

export interface RoomItem {
  readonly id: string;
  readonly name: string;
  readonly memberCount: number;
  readonly lastActivity: Date;
  /** Messages that this user has not read; 0 in the active room. */
  readonly unread: number;
}

export interface RoomsModel {
  /** Sorted: the latest activity first; filtered by `filter`. */
  readonly list: ReadonlySignal<readonly RoomItem[]>;
  readonly loaded: ReadonlySignal<boolean>;
  readonly filter: Signal<string>;
  /** Whether the server has more rooms than these. */
  readonly hasMore: ReadonlySignal<boolean>;
  loadMore(): Promise<void>;
  /** Opens it too. Rejects with ActionError. */
  create(name: string): Promise<void>;
  delete(id: string): Promise<void>;
  open(id: string): void;
  /** Opens the room at the message with that offset. */
  openAt(id: string, offset: number): void;
  /** Leaves the active room. */
  leave(): void;
}

export type PageSize = 50 | 100 | 200 | 500;

export interface ActiveRoom {
  readonly id: string;
  readonly name: ReadonlySignal<string>;
  readonly state: ReadonlySignal<'joining' | 'joined' | 'refused'>;
  /** Why it is refused, in words. */
  readonly refusal: ReadonlySignal<string | null>;
  readonly timeline: ReadonlySignal<Timeline>;
  readonly pageSize: Signal<PageSize>;
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  /** Loads the page around the message, and asks the view to show it (see `focus`). */
  jumpTo(offset: number): Promise<void>;
  jumpToLatest(): Promise<void>;
  /** The message that the view is to scroll to and mark; set by `jumpTo`, cleared by the view. */
  readonly focus: Signal<string | null>;
  /** Whether the reader is at the end; the view says so. New messages of others are counted meanwhile it is false. */
  readonly atEnd: Signal<boolean>;
  /** Messages that arrived below what the reader sees. */
  readonly newCount: ReadonlySignal<number>;
  /** The unread divider stands in front of this message; stays while the room is open. */
  readonly dividerBefore: ReadonlySignal<string | null>;
  readonly members: ReadonlySignal<readonly MemberItem[]>;
  /** Usernames of others who are typing, in the order in which they began. */
  readonly typing: ReadonlySignal<readonly string[]>;
  /** What is being written; survives a reload. */
  readonly draft: Signal<string>;
  /** Tells the others that this user is typing; the model says stop by itself. Call on each input. */
  typed(): void;
  /** Sends the draft's text, now or as soon as possible. False where it is empty or too long. */
  send(content: string): boolean;
  /** For messages that have failed. */
  retry(key: string): void;
  /** Takes the message out and puts its text back into the draft. */
  edit(key: string): void;
  discard(key: string): void;
}

export interface MemberItem {
  readonly id: string;
  readonly username: string;
  readonly isMe: boolean;
}

/** A window on the room's messages: a contiguous stretch, and at its end what is still being sent. */
export interface Timeline {
  /** Oldest first. */
  readonly messages: readonly MessageItem[];
  /** Whether there are older and newer ones on the server. */
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  readonly loading: 'older' | 'newer' | 'around' | null;
}

/**
 * `pending`: on its way, or waiting for the connection. `sent`: saved. `unsaved`: delivered, but the database is away;
 * it is sent again by itself. `failed`: three tries have failed, or the server refuses it: retry, edit or discard.
 */
export type MessageMark = 'pending' | 'sent' | 'unsaved' | 'failed';

export interface MessageItem {
  /** Stays the same from the first echo to the saved message: made of sender and client message id. */
  readonly key: string;
  /** Null as long as it is not saved. */
  readonly offset: number | null;
  readonly userId: string;
  readonly sender: string;
  readonly own: boolean;
  readonly content: string;
  readonly time: Date;
  readonly mark: MessageMark;
  /** Why it failed, in words. */
  readonly failure: string | null;
  /** Whether it names this user with @. */
  readonly mentionsMe: boolean;
}

export interface SearchModel {
  readonly query: Signal<SearchFields>;
  readonly state: ReadonlySignal<'idle' | 'searching' | 'done' | 'failed'>;
  readonly results: ReadonlySignal<readonly SearchResult[]>;
  readonly hasMore: ReadonlySignal<boolean>;
  /** The words that the results answer: what is typed may be others by now. */
  readonly searched: ReadonlySignal<string>;
  /** Searches by `query`, from the first page. */
  run(): Promise<void>;
  more(): Promise<void>;
  clear(): void;
}

export interface SearchFields {
  readonly text: string;
  /** Null = all rooms. */
  readonly roomId: string | null;
  readonly sender: string;
  /** `YYYY-MM-DD`, in the reader's time zone; empty = open. Both included. */
  readonly from: string;
  readonly to: string;
}

export interface SearchResult {
  readonly roomId: string;
  readonly roomName: string;
  readonly offset: number;
  readonly sender: string;
  readonly content: string;
  readonly time: Date;
}

export interface Toast {
  readonly key: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
}

export interface Announcement {
  readonly key: number;
  readonly text: string;
}
