/** How far an own message has come. */
export type Mark =
  | { readonly state: 'pending' }
  | { readonly state: 'sent'; readonly delivered: number }
  | { readonly state: 'failed'; readonly why: string };

interface EntryBase {
  /** Unique on this page, rising in the order of the list. */
  readonly key: number;
  readonly data: unknown;
  readonly time: Date;
}

/** A message that this page wrote. */
export interface OwnEntry extends EntryBase {
  readonly kind: 'own';
  readonly mark: Mark;
}

/** A message from somebody else, or from a program over HTTP. */
export interface ReceivedEntry extends EntryBase {
  readonly kind: 'received';
}

/** One line of the list. Never changed: a new mark is a new entry with the same key. */
export type Entry = OwnEntry | ReceivedEntry;
