import { isoTime } from '../../util/clock.ts';
import { rawMember } from '../../util/raw-json.ts';
import { CommandError } from '../errors.ts';
import { DEFAULT_EVENT } from '../publish.ts';
import type { PublishResult } from '../session.ts';
import { publicationId } from '../views.ts';
import { type Handler, membershipOf } from './command.ts';

/** Publishes into a room that the connection is in. The data goes on as it was written, byte for byte. */
export const publish: Handler<'publish'> = (context, { connection, payload, text, id, attachments = null }) => {
  const { room } = membershipOf(context, connection, payload.roomId);
  if (room.policy.publish !== 'members') {
    throw new CommandError('FORBIDDEN', `Rooms of "${room.name.namespace}:" are written to by the server alone.`);
  }
  if (connection.state === 'catching-up') {
    // Its own message would come back to it in the refill, and the answer would overtake what it has still to read.
    throw new CommandError('OVERLOADED', 'This connection is still catching up.', { retryAfter: 1000 });
  }
  const { clientMessageId = null, event = DEFAULT_EVENT } = payload;
  const answer = (result: PublishResult): void => {
    const { offset, epoch, level, delivered, duplicate } = result;
    const reply = {
      roomId: room.name.full,
      clientMessageId,
      id: epoch !== null && offset !== null ? publicationId(epoch, offset) : null,
      offset,
      epoch,
      timestamp: isoTime(result.timestamp),
      level,
      delivered,
      duplicate,
    };
    context.fanout.send(connection, 'published', reply, id);
  };
  const request = { event, data: dataOf(text), attachments, sender: connection, clientMessageId };
  const result = context.publisher.accept(room, request);
  return result instanceof Promise ? result.then(answer) : answer(result);
};

function dataOf(text: string): Buffer {
  const payload = rawMember(text, 'payload');
  const data = payload === null ? null : rawMember(payload, 'data');
  if (data === null) throw new CommandError('VALIDATION_ERROR', 'payload.data is missing.', { field: 'payload.data' });
  return Buffer.from(data);
}
