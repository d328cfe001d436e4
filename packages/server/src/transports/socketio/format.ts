import type { CommandId, ServerEventType } from '@roomcast/protocol';
import { Encoder as PackEncoder } from 'socket.io-msgpack-parser';
import type { Positions } from '../../core/positions.ts';
import type { PublicationRecord } from '../../core/publication.ts';
import type { Room } from '../../core/room.ts';
import { publicationId } from '../../core/views.ts';
import type { PublicationPage, WireFormat } from '../../core/wire.ts';
import { isoTime } from '../../util/clock.ts';
import { inlineBase64, withAttachments } from '../../util/inline-binary.ts';
import { binaryFrame, textFrameOf } from '../frame.ts';
import { placeHead } from '../native-format.ts';

/** A WireFormat of Socket.IO, which answers events as well. */
export interface SocketIoFormat extends WireFormat {
  /** The packet that answers the event with that id. */
  answer(id: number, args: readonly unknown[]): Buffer;
}

/** The name of an event: `disconnect` is one that Socket.IO keeps for itself. */
function nameOf(type: ServerEventType, payload: object): string {
  if (type !== 'disconnect') return type;
  return 'code' in payload && payload.code === CLOSING ? 'server_closing' : 'server_disconnect';
}

/** The close code of a server that shuts down. */
const CLOSING = 1001;
/** They are answered as failures. */
const FAILURES: ReadonlySet<string> = new Set(['error', 'join_room_error']);

/**
 * Socket.IO's own encoding: one packet of engine.io in one text frame, with a binary frame behind it for each attachment.
 * Every event has the position in the order of all publications behind its arguments, which is how Socket.IO's connection
 * state recovery works.
 */
export function socketIoText(positions: Positions): SocketIoFormat {
  return {
    name: 'socket.io',
    ordered: true,
    publication(room, record, position = positions.text) {
      const head = `["${escaped(record.event)}",`;
      const tail = `,"${position}"]`;
      const { attachments } = record;
      const type = attachments ? `45${attachments.length}-` : '42';
      const text = textFrameOf(`${type}${head}${textOf(room, record)}${tail}`);
      if (!attachments) return text;
      return Buffer.concat([text, ...attachments.map((attachment) => binaryFrame(attachment))]);
    },
    event(type, payload, timestamp, id, page) {
      const body = bodyOf(type, payload, timestamp, id, page);
      if (typeof id === 'number') return textFrameOf(`43${id}[${body}]`);
      return textFrameOf(`42["${nameOf(type, payload)}",${body},"${positions.text}"]`);
    },
    answer: (id, args) => textFrameOf(`43${id}${JSON.stringify(args)}`),
  };
}

/** The encoding of socket.io-msgpack-parser: every packet is one binary frame. */
export function socketIoPacked(positions: Positions): SocketIoFormat {
  const encoder = new PackEncoder();
  const packet = (type: number, data: readonly unknown[], id?: number): Buffer => {
    const [bytes] = encoder.encode({ type, nsp: '/', data, ...(id === undefined ? {} : { id }) }) as unknown as [
      ArrayBuffer,
    ];
    return binaryFrame(Buffer.from(bytes));
  };
  return {
    name: 'socket.io-msgpack',
    ordered: true,
    publication(room, record, position = positions.text) {
      const { event, data, attachments } = record;
      const value = attachments
        ? withAttachments(data, attachments, (bytes) => bytes)
        : JSON.parse(textOf(room, record));
      return packet(2, [event, value, position]);
    },
    event(type, payload, timestamp, id, page) {
      const body = JSON.parse(bodyOf(type, payload, timestamp, id, page)) as unknown;
      if (typeof id === 'number') return packet(3, [body], id);
      return packet(2, [nameOf(type, payload), body, positions.text]);
    },
    answer: (id, args) => packet(3, args, id),
  };
}

/** The JSON text of a publication's data. */
function textOf(room: Room, record: PublicationRecord): string {
  const text = record.data.toString();
  return room.policy.form === 'event' ? `${placeHead(room, record)}${text.slice(1)}` : text;
}

/** JSON text: of an event its payload, of an answer that with `ok`. */
function bodyOf(
  type: ServerEventType,
  payload: object,
  timestamp: number,
  id: CommandId | undefined,
  page: PublicationPage | undefined,
): string {
  const failed = FAILURES.has(type);
  const whole = typeof id === 'number' ? { ok: !failed, type, timestamp: isoTime(timestamp), ...payload } : payload;
  const text = JSON.stringify(whole);
  if (!page) return text;
  const items = page.records.map((record) => itemOf(page.room, record));
  return `${text.slice(0, -1)}${text.length > 2 ? ',' : ''}"${page.field}":[${items.join(',')}]}`;
}

/** A publication in a list. */
function itemOf(room: Room, { event, offset, sender, timestamp, data, attachments }: PublicationRecord): string {
  const { epoch } = room.log ?? { epoch: '' };
  const head = JSON.stringify({
    event,
    id: publicationId(epoch, offset),
    offset,
    epoch,
    timestamp: isoTime(timestamp),
    ...(sender ? { sender } : {}),
    ...(attachments ? { binary: true } : {}),
  });
  const value = attachments ? inlineBase64(data, attachments) : data;
  return `${head.slice(0, -1)},"data":${value.toString()}}`;
}

const PLAIN = /^[\w .:/-]*$/;

function escaped(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text).slice(1, -1);
}
