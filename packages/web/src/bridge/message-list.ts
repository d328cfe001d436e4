import type { Entry, Mark } from './entry.ts';

/** Most messages that the page holds; a long session must not fill the memory. */
export const MAX_ENTRIES = 500;

/** What the page shows, oldest first, and how many older messages it has let go. */
export interface MessageList {
  readonly entries: readonly Entry[];
  readonly dropped: number;
}

export const EMPTY_LIST: MessageList = { entries: [], dropped: 0 };

/** The list with `added` at its end and, past the bound, without its oldest. */
export function append(list: MessageList, added: readonly Entry[]): MessageList {
  const all = [...list.entries, ...added];
  const surplus = Math.max(0, all.length - MAX_ENTRIES);
  return { entries: all.slice(surplus), dropped: list.dropped + surplus };
}

/** The list with another mark on one own message; `time` replaces the local clock by the server's. */
export function withMark(list: MessageList, key: number, mark: Mark, time?: Date): MessageList {
  const entries = list.entries.map((entry) => {
    if (entry.key !== key || entry.kind !== 'own') return entry;
    return { ...entry, mark, time: time ?? entry.time };
  });
  return { ...list, entries };
}

/** How many received messages came after the one with `key`. */
export function receivedAfter(list: MessageList, key: number): number {
  return list.entries.filter((entry) => entry.kind === 'received' && entry.key > key).length;
}
