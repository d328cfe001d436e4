import type { ServerEventType } from '@roomcast/protocol';
import type { PublicationRecord } from '../core/publication.ts';
import type { Room } from '../core/room.ts';
import { publicationId } from '../core/views.ts';
import type { WireFormat } from '../core/wire.ts';
import { isoTime } from '../util/clock.ts';
import { framesIn } from './frame.ts';
import { nativeFormat } from './native-format.ts';

/**
 * Server-Sent Events (WHATWG HTML §9.2): the payloads of native clients, each in an event of its own. `event:` is the
 * publication's own event, or the type of what the server says; `id:` is where the client goes on when it comes back.
 */
export const sseFormat: WireFormat = {
  name: 'sse',

  publication(room, record) {
    const payload = payloadOf(nativeFormat.publication(room, record));
    const head = `${idOf(room, record)}event: ${nameOf(room, record)}\n`;
    if (room.policy.form) return frameOf(head, payload);
    // Native clients read the time in the envelope, which events do not have.
    return frameOf(head, payload.subarray(1), `{"timestamp":"${isoTime(record.timestamp)}",`);
  },

  event(type, payload, timestamp, _id, page) {
    const frame = nativeFormat.event(type, payload, timestamp, undefined, page);
    if (!frame) return null;
    return frameOf(`${retryOf(type, payload)}${placeOf(type, payload)}event: ${type}\n`, payloadOf(frame));
  },
};

const PAYLOAD = Buffer.from('"payload":');
const END = Buffer.from('\n\n');
const [LF, CR] = [10, 13];

/** The JSON text of a native frame's payload, which is its envelope's last member. */
function payloadOf(frame: Buffer): Buffer {
  const [{ payload: envelope = frame } = {}] = framesIn(frame);
  // The type before it is a JSON string: what it holds of quotes is escaped.
  return envelope.subarray(envelope.indexOf(PAYLOAD) + PAYLOAD.length, -1);
}

function idOf({ log }: Room, { offset }: PublicationRecord): string {
  return log && offset > 0 ? `id: ${publicationId(log.epoch, offset)}\n` : '';
}

function nameOf({ policy }: Room, { event }: PublicationRecord): string {
  return policy.form === 'chat_message' ? policy.form : event.replace(/[\r\n]+/g, ' ');
}

/**
 * Where the client stands after an answer: who was not anywhere before would else have to begin anew when the connection
 * breaks before the first publication. What was missed comes behind an answer that says `recovered`, with ids of its own.
 */
function placeOf(type: ServerEventType, payload: object): string {
  const { epoch, offset, recovered } = payload as Partial<Record<string, unknown>>;
  const isAnswer = type === 'joined' || type === 'join_room_success';
  if (type !== 'caught_up' && !(isAnswer && recovered === false)) return '';
  if (typeof epoch !== 'string' || epoch === '' || typeof offset !== 'number') return '';
  return `id: ${publicationId(epoch, offset)}\n`;
}

/** A client that is told when to come back does so by itself. */
function retryOf(type: ServerEventType, payload: object): string {
  if (type !== 'disconnect' || !('reconnectAfter' in payload)) return '';
  return typeof payload.reconnectAfter === 'number' ? `retry: ${payload.reconnectAfter}\n` : '';
}

function frameOf(head: string, data: Buffer, begin = ''): Buffer {
  return Buffer.concat([Buffer.from(`${head}data: ${begin}`), inLines(data), END]);
}

/** A line end would end the data: pretty-printed JSON becomes several lines of it, which the client joins again. */
function inLines(data: Buffer): Buffer {
  if (!data.includes(LF) && !data.includes(CR)) return data;
  // As Latin-1 every byte is one character, so that none but the line ends changes.
  return Buffer.from(data.toString('latin1').replace(/\r\n|\r|\n/g, '\ndata: '), 'latin1');
}
