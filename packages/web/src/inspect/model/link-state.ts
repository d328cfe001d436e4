import type { StateChange } from '@roomcast/client';

/** How the live connection stands, as the page says it. */
export type LinkState =
  | { readonly kind: 'connecting' }
  /** Whatever is captured comes at once. */
  | { readonly kind: 'live' }
  /** `at`: when the attempt begins, in milliseconds since 1970. */
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly at: number }
  /** Connected, but the server cannot let the page watch before `at`. */
  | { readonly kind: 'waiting'; readonly at: number }
  /** Nothing is tried by itself. `reason`: why, where the server said so. */
  | { readonly kind: 'offline'; readonly reason: string | null };

export const LINK_WORDS = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  waiting: 'Waiting',
  offline: 'Offline',
} as const satisfies Record<LinkState['kind'], string>;

/** A change of the connection; null where the page shows nothing new. It is live once the webhook is joined, too. */
export function readLink({ state, attempt = 1, delay = 0 }: StateChange, now: number): LinkState | null {
  switch (state) {
    case 'connecting':
      return { kind: 'connecting' };
    case 'connected':
      return null;
    case 'reconnecting':
      return { kind: 'reconnecting', attempt, at: now + delay };
    case 'disconnected':
    case 'offline':
      return { kind: 'offline', reason: null };
  }
}
