import type { Outgoing } from '@roomcast/client/chat';
import type { ChatMessage } from '@roomcast/protocol';
import type { MessageItem, MessageMark, Person } from './chat-model.ts';
import { mentions } from './mentions.ts';
import { refusalInWords } from './words.ts';

/** Who looks at the messages, and by which clock they are in order. */
export interface Viewer {
  readonly person: Person;
  /** Whether the senders' clocks give the order (preset `open`), and not the server's count. */
  readonly byClientTime: boolean;
}

const MARKS = {
  waiting: 'pending',
  unsaved: 'unsaved',
  failed: 'failed',
  sent: 'sent',
  discarded: 'failed',
} as const satisfies Record<Outgoing['state'], MessageMark>;

/** The same for the first echo of a message and for the message that the server has saved. */
export function messageKey(userId: string, clientMessageId: string): string {
  return `${userId} ${clientMessageId}`;
}

export function itemOf(message: ChatMessage, { person, byClientTime }: Viewer): MessageItem {
  const { userId, clientMessageId, content, offset, sender, saved, timestamp, clientTimestamp } = message;
  const own = userId === person.id;
  return {
    key: messageKey(userId, clientMessageId),
    offset,
    userId,
    sender,
    own,
    content,
    time: new Date((byClientTime && clientTimestamp) || timestamp),
    mark: saved ? 'sent' : 'unsaved',
    failure: null,
    mentionsMe: !own && mentions(content, person.username),
  };
}

export function itemOfOutgoing(outgoing: Outgoing, { person, byClientTime }: Viewer): MessageItem {
  const { clientMessageId, content, at, state, failure, position, timestamp } = outgoing;
  return {
    key: messageKey(person.id, clientMessageId),
    offset: position?.offset ?? null,
    userId: person.id,
    sender: person.username,
    own: true,
    content,
    time: new Date(byClientTime ? at : (timestamp ?? at)),
    mark: MARKS[state],
    failure: failure && refusalInWords(failure.code, failure.message),
    mentionsMe: false,
  };
}
