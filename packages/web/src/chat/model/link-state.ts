import type { StateChange } from '@roomcast/client/chat';
import type { LinkState } from './chat-model.ts';

/** Attempts to reconnect before it takes the button. */
export const ATTEMPTS = 5;

/** A change of the connection as the page shows it; null where it shows nothing new. `now`: milliseconds since 1970. */
export function readLink({ state, attempt = 1, delay = 0 }: StateChange, now: number): LinkState | null {
  switch (state) {
    case 'connecting':
    case 'connected':
      return { kind: state };
    case 'reconnecting':
      return { kind: 'reconnecting', attempt, attempts: ATTEMPTS, at: now + delay };
    case 'offline':
      return { kind: 'offline' };
    case 'disconnected':
      // For a moment, before the attempts begin.
      return null;
  }
}
