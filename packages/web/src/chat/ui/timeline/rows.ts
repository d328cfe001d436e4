import type { MessageItem } from '../../model/chat-model.ts';

/** One line of the list. What stands between messages is a row of its own, so that no message changes its height. */
export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly time: Date }
  | { readonly kind: 'divider'; readonly key: string }
  | { readonly kind: 'message'; readonly key: string; readonly message: MessageItem; readonly head: boolean };

export interface RowsOptions {
  readonly messages: readonly MessageItem[];
  /** Whether older messages exist that are not here: the day of the first one began somewhere among them. */
  readonly hasOlder: boolean;
  readonly dividerBefore: string | null;
  /** Keys of messages that keep their sender's name, whoever spoke before. Those that came first are added. */
  readonly heads: Set<string>;
}

/** So long after the last message of a sender, the name is said again. */
const GROUP_MS = 5 * 60_000;

/**
 * The rows for messages, oldest first. A sender is named once per group: same sender, same day, no long silence and no
 * divider between. Older messages may be put in front of the result's first row without changing any row that is there:
 * what was first once stays the head of its group.
 */
export function rowsOf({ messages, hasOlder, dividerBefore, heads }: RowsOptions): readonly Row[] {
  const rows: Row[] = [];
  let before: MessageItem | null = null;
  for (const message of messages) {
    if (before === null) heads.add(message.key);
    const newDay = before === null ? !hasOlder : dayOf(before.time) !== dayOf(message.time);
    const divided = message.key === dividerBefore;
    if (newDay) rows.push({ kind: 'day', key: `day:${dayOf(message.time)}:${message.key}`, time: message.time });
    if (divided) rows.push({ kind: 'divider', key: 'divider' });
    const head = newDay || divided || heads.has(message.key) || startsGroup(before, message);
    rows.push({ kind: 'message', key: message.key, message, head });
    before = message;
  }
  return rows;
}

function startsGroup(before: MessageItem | null, message: MessageItem): boolean {
  if (before === null || before.userId !== message.userId) return true;
  return message.time.getTime() - before.time.getTime() > GROUP_MS;
}

/** A number that is the same for all moments of one day here. */
function dayOf(time: Date): number {
  return time.getFullYear() * 10_000 + time.getMonth() * 100 + time.getDate();
}
