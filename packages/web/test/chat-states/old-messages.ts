import type { MessageItem } from '../../src/chat/model/chat-model.ts';

const SENDERS = ['bob', 'bob', 'ada', 'cy-the-explorer', 'dee_dee', 'dee_dee', 'bob'] as const;
const TEXTS = [
  'Good morning. Has anybody seen the measuring tape?',
  'On the window sill, beside the plans.',
  'Thanks! **Found it.** I will bring it back at noon.',
  'The new door arrives on Thursday between 8 and 10. Somebody has to be here to open: I put it into the calendar, and wrote down the number of the driver, in case that they come to the wrong entrance again.',
  'ok',
  'See https://example.org/doors/oak?width=90#fitting for how it is *fitted*.',
  '@ada can you be there?',
  'Yes, I can. 👍',
  'The run prints this:\n```\nroom: lobby\nmembers: 12\n```\nIs `members` right?',
  'Looks right to me.',
  '🎉🎉',
] as const;

const SECONDS_BETWEEN = 97;
/** Messages are dated back from here, so that every look at the page is the same day. */
const LATEST = new Date();

/** The message with an offset, always the same. `count`: the offset of the latest one, which was sent a moment ago. */
export function oldMessage(offset: number, count: number): MessageItem {
  const sender = SENDERS[offset % SENDERS.length] ?? 'bob';
  const content = TEXTS[(offset * 7) % TEXTS.length] ?? '';
  return {
    key: `${sender} ${offset}`,
    offset,
    userId: `u-${sender}`,
    sender,
    own: sender === 'ada',
    content,
    time: new Date(LATEST.getTime() - (count - offset) * SECONDS_BETWEEN * 1000),
    mark: 'sent',
    failure: null,
    mentionsMe: content.includes('@ada'),
  };
}
