import type { ChatMessage } from '@roomcast/protocol';
import type { Handler } from '../../core/commands/command.ts';
import { CommandError } from '../../core/errors.ts';
import { publicationId } from '../../core/views.ts';
import type { StoredMessage } from '../../store/chat-store.ts';
import { isoTime } from '../../util/clock.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoom } from '../chat-room.ts';
import { chatRoomOf, fromStore, identityOf } from './shared.ts';

const PAGE = 20;

/** Looks for words in the history of one chat room, or of all (every chat room is open to every user, SR-004). */
export function search(chat: Chat): Handler<'search'> {
  return async (context, { connection, payload, id }) => {
    identityOf(connection);
    const room = payload.roomId === undefined ? null : chatRoomOf(chat, payload.roomId);
    const sender = payload.sender === undefined ? null : await fromStore(chat.store.users.findByName(payload.sender));
    if (payload.sender !== undefined && sender === null) {
      context.fanout.send(connection, 'search_results', { messages: [], cursor: null }, id);
      return;
    }
    const found = await fromStore(
      chat.store.messages.search({
        text: payload.text,
        roomKey: room?.key ?? null,
        senderKey: sender?.key ?? null,
        from: timeOf(payload.from, 'payload.from'),
        to: timeOf(payload.to, 'payload.to'),
        cursor: payload.cursor ?? null,
        limit: payload.limit ?? PAGE,
      }),
    );
    const messages = found.messages.flatMap((message) => {
      const where = chat.rooms.byKey(message.roomKey);
      return where ? [messageOf(where, message)] : [];
    });
    context.fanout.send(connection, 'search_results', { messages, cursor: found.cursor }, id);
  };
}

/** @throws CommandError VALIDATION_ERROR */
function timeOf(text: string | undefined, field: string): number | null {
  if (text === undefined) return null;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new CommandError('VALIDATION_ERROR', `${field} must be a time in ISO 8601.`, { field });
}

function messageOf(room: ChatRoom, message: StoredMessage): ChatMessage {
  const { offset, senderName, senderId, content, timestamp, clientTime, clientMessageId } = message;
  return {
    id: publicationId(room.epoch, offset),
    roomId: room.name.full,
    offset,
    epoch: room.epoch,
    sender: senderName,
    userId: senderId,
    content,
    timestamp: isoTime(timestamp),
    clientTimestamp: clientTime === null ? null : isoTime(clientTime),
    clientMessageId,
    saved: true,
  };
}
