import type { Envelope, ServerEvents, ServerEventType } from '@roomcast/protocol';

/** Any frame of the server; `type` tells which. */
export type ServerFrame = { [Type in ServerEventType]: Envelope<Type, ServerEvents[Type]> }[ServerEventType];

/** The frame in `text`, or null where it is none: a newer server's oddities are no reason to fall over. */
export function parseFrame(text: string): ServerFrame | null {
  try {
    const frame = JSON.parse(text);
    return frame && typeof frame.type === 'string' && frame.payload ? frame : null;
  } catch {
    return null;
  }
}

/** A command as text. `payload` is JSON already. */
export function commandText(type: string, id: number, payload: string): string {
  return `{"type":"${type}","id":${id},"payload":${payload}}`;
}

/** Whether `text` takes more than `limit` bytes as UTF-8; counts only where it is near. */
export function exceeds(text: string, limit: number): boolean {
  // One UTF-16 unit is at most three bytes.
  return text.length * 3 > limit && new TextEncoder().encode(text).length > limit;
}
