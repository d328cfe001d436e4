import type { MessageItem, Timeline } from '../../model/chat-model.ts';

/** The places of messages among all messages of the room, for those who hear the list. */
export interface Places {
  /** From 1. */
  of(message: MessageItem): number;
  /** -1: not known, because newer ones are not here. */
  readonly count: number;
}

/** Offsets are contiguous from 1, so they are places; what is not saved yet stands behind the last of them. */
export function placesOf({ messages, hasNewer }: Pick<Timeline, 'messages' | 'hasNewer'>): Places {
  const lastSaved = messages.findLastIndex(({ offset }) => offset !== null);
  const last = messages[lastSaved]?.offset ?? 0;
  const waiting = new Map(messages.slice(lastSaved + 1).map(({ key }, index) => [key, last + index + 1]));
  return {
    of: ({ key, offset }) => offset ?? waiting.get(key) ?? last,
    count: hasNewer ? -1 : last + waiting.size,
  };
}
