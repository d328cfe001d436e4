/** The four states that the page shows, by their names on the page. */
export const LINK_WORDS = {
  connecting: 'Connecting',
  connected: 'Connected',
  disconnected: 'Disconnected',
  reconnecting: 'Reconnecting',
} as const;

export type LinkState = keyof typeof LINK_WORDS;

/** How the connection stands. */
export interface Link {
  readonly state: LinkState;
  /** Why it was lost, in words, where that is known. */
  readonly reason: string | null;
  /** Number of the coming or running attempt to reconnect. */
  readonly attempt: number | null;
  /** When that attempt starts: milliseconds since 1970. */
  readonly retryAt: number | null;
  /** No further attempts are made by themselves. */
  readonly gaveUp: boolean;
}

/** The part of the client's `state` event that the page shows. */
export interface StateChange {
  readonly state: LinkState | 'offline';
  readonly attempt?: number | undefined;
  readonly delay?: number | undefined;
  readonly reason?: string | undefined;
}

export const FIRST_LINK: Link = { state: 'connecting', reason: null, attempt: null, retryAt: null, gaveUp: false };

/** The change as the page shows it. `now`: milliseconds since 1970. */
export function readLink(change: StateChange, now: number): Link {
  return {
    state: change.state === 'offline' ? 'disconnected' : change.state,
    reason: change.reason || null,
    attempt: change.attempt ?? null,
    retryAt: change.delay === undefined ? null : now + change.delay,
    gaveUp: change.state === 'offline',
  };
}

/** Milliseconds for which a state stays on the page at least, so that none passes unseen. */
export function dwell(link: Link): number {
  if (link.state === 'disconnected') return 700;
  return link.state === 'connected' ? 0 : 250;
}

/** The change in one sentence, for the log and for screen readers. */
export function describe(link: Link): string {
  const word = LINK_WORDS[link.state];
  if (link.gaveUp) return `${word}, no further attempts`;
  if (link.state === 'disconnected' && link.reason !== null) return `${word}: ${link.reason}`;
  if (link.state === 'reconnecting' && link.attempt !== null) return `${word}, attempt ${link.attempt}`;
  return word;
}
