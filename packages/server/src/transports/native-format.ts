import type { CommandId, ServerEventType } from '@roomcast/protocol';
import type { PublicationRecord } from '../core/publication.ts';
import type { Room } from '../core/room.ts';
import { publicationId } from '../core/views.ts';
import type { PublicationPage, WireFormat } from '../core/wire.ts';
import { isoTime } from '../util/clock.ts';
import { allocateTextFrame, textFrameOf } from './frame.ts';

/** `roomcast.v1`: one envelope in one text frame. */
export const nativeFormat: WireFormat = {
  name: 'native',

  publication(room, record) {
    const head = `{"type":"publication","timestamp":"${isoTime(record.timestamp)}","payload":${publicationHead(room, record)}`;
    // The data is copied as bytes: it may be large, and it is to arrive as it was sent.
    const headLength = Buffer.byteLength(head);
    const { frame, start } = allocateTextFrame(headLength + record.data.length + 2);
    frame.write(head, start);
    record.data.copy(frame, start + headLength);
    frame.write('}}', start + headLength + record.data.length);
    return frame;
  },

  event(type, payload, timestamp, id, page) {
    return textFrameOf(envelope(type, JSON.stringify(payload), timestamp, id, page));
  },
};

function envelope(
  type: ServerEventType,
  payload: string,
  timestamp: number,
  id: CommandId | undefined,
  page: PublicationPage | undefined,
): string {
  const idPart = id === undefined ? '' : `"id":${JSON.stringify(id)},`;
  const body = page ? `${payload.slice(0, -1)},"${page.field}":${pageText(page)}}` : payload;
  return `{"type":"${type}","timestamp":"${isoTime(timestamp)}",${idPart}"payload":${body}}`;
}

function pageText({ room, records }: PublicationPage): string {
  const items = records.map((record) => {
    const time = `"timestamp":"${isoTime(record.timestamp)}",`;
    return `{${time}${publicationHead(room, record).slice(1)}${record.data.toString()}}`;
  });
  return `[${items.join(',')}]`;
}

/** A publication's JSON up to its data, which is its last member. */
function publicationHead(room: Room, { event, offset, sender, clientMessageId }: PublicationRecord): string {
  let head = `{"roomId":${room.jsonName},"event":${JSON.stringify(event)},`;
  if (room.log) {
    const { epoch } = room.log;
    head += `"id":"${publicationId(epoch, offset)}","offset":${offset},"epoch":"${epoch}",`;
  }
  if (sender) head += `"sender":${JSON.stringify(sender)},`;
  if (clientMessageId !== null) head += `"clientMessageId":${JSON.stringify(clientMessageId)},`;
  return `${head}"data":`;
}
