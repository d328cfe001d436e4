import type { Command, Handler } from '../../core/commands/command.ts';
import { CommandError } from '../../core/errors.ts';
import type { SubmitResult } from '../../core/publish.ts';
import { publicationId } from '../../core/views.ts';
import { isoTime } from '../../util/clock.ts';
import { newId } from '../../util/ids.ts';
import { nfc } from '../../util/nfc.ts';
import type { Chat } from '../chat.ts';
import { identityOf, membershipIn, personOf, requireRate } from './shared.ts';

/** A client's clock may be wrong by so much, in milliseconds. */
const CLOCK_ERROR = 86_400_000;
/** White space around a message that is not held against it, in UTF-16 units. */
const SPACE = 4096;
/** Something besides spaces, controls and characters of no width. */
const VISIBLE = /[^\p{Cf}\p{Cc}\p{Z}]/u;

/** Says something in the room that the connection is in: stored, then delivered, then acknowledged (D5). */
export function chatMessage(chat: Chat): Handler<'chat_message'> {
  return (context, command) => {
    const { connection, payload, id } = command;
    if (chat.isDraining) throw new CommandError('SHUTTING_DOWN', 'This server is shutting down.', { retryAfter: 1000 });
    const { room } = membershipIn(connection, payload.roomId);
    const person = personOf(chat, connection);
    const content = contentOf(payload.content, chat.settings.maxMessageLength);
    const clientTime = clientTimeOf(chat, command);
    const { log } = room;
    if (log?.kind !== 'durable') throw new Error(`${room.name.full} keeps no messages`);
    const { chatMessageRate } = chat.settings;
    const wait = person.messages.take(chat.clock.monotonic());
    requireRate(wait, `You can send ${chatMessageRate} messages per second`);
    chat.stopTyping(connection, room);

    const { userId, username, userKey } = identityOf(connection);
    const { clientMessageId = newId() } = payload;
    if (!clientMessageId.isWellFormed()) {
      const field = 'payload.clientMessageId';
      throw new CommandError('VALIDATION_ERROR', `${field} has a lone surrogate.`, { field });
    }
    const draft = { content, sender: { userId, username, userKey }, clientMessageId, clientTime };
    context.publisher.submit(room, log, draft, connection, (result) => {
      if (!result) {
        const gone = {
          code: 'NOT_FOUND',
          message: 'This room has been deleted.',
          originalType: 'chat_message',
        } as const;
        context.fanout.send(connection, 'error', gone, id);
        return;
      }
      const chatRoom = chat.rooms.get(room.name.name);
      if (chatRoom && !result.duplicate) chat.feed.changed(chatRoom);
      context.fanout.send(connection, 'message_ack', ackOf(room.name.full, clientMessageId, result), id);
    });
  };
}

/** @throws CommandError VALIDATION_ERROR */
function contentOf(given: string, limit: number): string {
  const field = 'payload.content';
  const tooLong = (): CommandError =>
    new CommandError('VALIDATION_ERROR', `A message has at most ${limit} characters.`, { field });
  // Before anything is done with it: normalising shrinks text to a quarter at most.
  if (given.length > 8 * limit + SPACE) throw tooLong();
  const content = nfc(given.trim());
  if (!VISIBLE.test(content)) throw new CommandError('VALIDATION_ERROR', 'A message has some text.', { field });
  if (!content.isWellFormed()) {
    throw new CommandError('VALIDATION_ERROR', 'The text has half a character (a lone surrogate).', { field });
  }
  // Code units first: counting code points of a megabyte is what an attacker would like.
  if (content.length > 2 * limit || [...content].length > limit) throw tooLong();
  return content;
}

/** The sender's clock, at most a day from ours. @throws CommandError VALIDATION_ERROR where it orders messages and is no time */
function clientTimeOf(chat: Chat, { timestamp }: Command<'chat_message'>): number | null {
  if (timestamp === undefined) return null;
  const given = timestamp.length <= 40 ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(given)) {
    if (chat.settings.preset === 'accounts') return null;
    throw new CommandError('VALIDATION_ERROR', 'timestamp must be a time in ISO 8601.', { field: 'timestamp' });
  }
  const now = chat.clock.now();
  return Math.min(Math.max(given, now - CLOCK_ERROR), now + CLOCK_ERROR);
}

function ackOf(roomId: string, clientMessageId: string, result: SubmitResult) {
  const { offset, epoch, timestamp, level, saved, duplicate } = result;
  return {
    roomId,
    clientMessageId,
    id: offset !== null && epoch !== null ? publicationId(epoch, offset) : null,
    offset,
    epoch,
    timestamp: isoTime(timestamp),
    level,
    saved,
    duplicate,
  };
}
