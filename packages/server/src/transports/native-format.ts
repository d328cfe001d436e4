import type { CommandId, ServerEventType } from '@roomcast/protocol';
import type { PublicationRecord } from '../core/publication.ts';
import type { Room } from '../core/room.ts';
import { publicationId } from '../core/views.ts';
import type { PublicationPage, WireFormat } from '../core/wire.ts';
import { isoTime } from '../util/clock.ts';
import { inlineBase64 } from '../util/inline-binary.ts';
import { allocateTextFrame, textFrameOf } from './frame.ts';

/** `roomcast.v1`: one envelope in one text frame. */
export const nativeFormat: WireFormat = {
  name: 'native',

  publication(room, record) {
    if (room.policy.form === 'chat_message') {
      return textFrameOf(
        `{"type":"chat_message","timestamp":"${isoTime(record.timestamp)}","payload":${chatMessage(room, record)}}`,
      );
    }
    if (room.policy.form === 'event') {
      const head = `{"type":${JSON.stringify(record.event)},"timestamp":"${isoTime(record.timestamp)}","payload":`;
      return spliced(`${head}${placeHead(room, record)}`, record.data.subarray(1), '}');
    }
    const head = `{"type":"publication","timestamp":"${isoTime(record.timestamp)}","payload":${publicationHead(room, record)}`;
    return spliced(head, dataOf(record), '}}');
  },

  event(type, payload, timestamp, id, page) {
    return textFrameOf(envelope(type, JSON.stringify(payload), timestamp, id, page));
  },
};

/** One text frame of the three. */
function spliced(head: string, data: Buffer, end: string): Buffer {
  // The data is copied as bytes: it may be large, and it is to arrive as it was sent.
  const headLength = Buffer.byteLength(head);
  const { frame, start } = allocateTextFrame(headLength + data.length + end.length);
  frame.write(head, start);
  data.copy(frame, start + headLength);
  frame.write(end, start + headLength + data.length);
  return frame;
}

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
  if (room.policy.form === 'chat_message') return `[${records.map((record) => chatMessage(room, record)).join(',')}]`;
  const items = records.map((record) => {
    const time = `"timestamp":"${isoTime(record.timestamp)}",`;
    return `{${time}${publicationHead(room, record).slice(1)}${dataOf(record).toString()}}`;
  });
  return `[${items.join(',')}]`;
}

/** JSON has no binary values: they are `{"$base64": "…"}`. */
function dataOf({ data, attachments }: PublicationRecord): Buffer {
  return attachments ? inlineBase64(data, attachments) : data;
}

/** A publication's JSON up to its data, which is its last member. */
function publicationHead(room: Room, record: PublicationRecord): string {
  const { event, offset, sender, clientMessageId, attachments } = record;
  let head = `{"roomId":${room.jsonName},"event":${JSON.stringify(event)},`;
  if (room.log) {
    const { epoch } = room.log;
    head += `"id":"${publicationId(epoch, offset)}","offset":${offset},"epoch":"${epoch}",`;
  }
  if (sender) head += `"sender":${JSON.stringify(sender)},`;
  if (clientMessageId !== null) head += `"clientMessageId":${JSON.stringify(clientMessageId)},`;
  if (attachments) head += '"binary":true,';
  return `${head}"data":`;
}

/** The beginning of an object that says where a publication is; the rest of its data follows. */
export function placeHead(room: Room, { offset }: PublicationRecord): string {
  return `{"offset":${offset},"epoch":"${room.log?.epoch ?? ''}",`;
}

/** A publication as a person's message: its data is the content, which is a string. */
function chatMessage(room: Room, record: PublicationRecord): string {
  const { offset, sender, clientMessageId, clientTime, timestamp, data } = record;
  const { epoch } = room.log ?? { epoch: '' };
  const place =
    offset > 0
      ? `"id":"${publicationId(epoch, offset)}","roomId":${room.jsonName},"offset":${offset},"epoch":"${epoch}",`
      : `"id":null,"roomId":${room.jsonName},"offset":null,"epoch":null,`;
  // Usernames and user ids are made of characters that JSON needs not escape.
  const from = `"sender":"${sender?.username ?? ''}","userId":"${sender?.userId ?? ''}",`;
  // One after the other: isoTime remembers the last answer, and mostly there is no client time.
  const client = clientTime === null ? 'null' : `"${new Date(clientTime).toISOString()}"`;
  return (
    `{${place}${from}"timestamp":"${isoTime(timestamp)}","clientTimestamp":${client},` +
    `"clientMessageId":${JSON.stringify(clientMessageId)},"saved":${offset > 0},"content":${data.toString()}}`
  );
}
