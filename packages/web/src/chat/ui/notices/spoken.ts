import type { LinkState, Toast } from '../../model/chat-model.ts';

/** What is seen of the page's trouble at one moment. */
export interface Trouble {
  /** Connecting is no state of its own: it is what it was until it has succeeded. */
  readonly link: Exclude<LinkState['kind'], 'connecting'>;
  readonly storageAvailable: boolean;
  readonly toasts: readonly Toast[];
}

/** What those hear who do not see banners and toasts: each change once, not each attempt. */
export function spokenChanges(before: Trouble, now: Trouble): readonly string[] {
  const known = new Set(before.toasts.map(({ key }) => key));
  return [
    linkWords(before.link, now.link),
    storageWords(before.storageAvailable, now.storageAvailable),
    ...now.toasts.filter(({ key }) => !known.has(key)).map(({ text }) => text),
  ].filter((words) => words !== null);
}

function linkWords(before: Trouble['link'], now: Trouble['link']): string | null {
  if (before === now) return null;
  switch (now) {
    case 'reconnecting':
      return before === 'offline' ? null : 'Connection lost. Trying to reconnect.';
    case 'offline':
      return 'You are offline.';
    case 'connected':
      return 'Connected again.';
  }
}

function storageWords(before: boolean, now: boolean): string | null {
  if (before === now) return null;
  return now
    ? 'Messages are saved again.'
    : 'Messages can’t be saved right now. They are delivered to those who are here.';
}
