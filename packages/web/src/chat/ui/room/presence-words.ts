import type { LinkState } from '../../model/chat-model.ts';

/** Whether what the page knows of others is of before the connection was lost. */
export function isStale({ kind }: LinkState): boolean {
  return kind === 'reconnecting' || kind === 'offline';
}

/** How many are in the room: in short, and in a sentence for those who hear it. */
export function presenceWords(count: number, stale: boolean): { readonly short: string; readonly full: string } {
  const people = count === 1 ? '1 person' : `${count} people`;
  if (!stale) return { short: `${count} here`, full: `${people} here` };
  return {
    short: count === 1 ? '1 was here' : `${count} were here`,
    full: `${people} here when the connection was lost`,
  };
}
