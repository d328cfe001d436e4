import type { Position, ServerEvents } from '@roomcast/protocol';
import { type Clock, nothing } from '../clock.ts';
import { waitBeforeRetry } from '../errors.ts';
import type { ServerFrame } from '../frames.ts';
import type { ChatOutbox } from './outbox.ts';
import type { Outgoing } from './outgoing.ts';
import { ANSWER_TIME, type Wire } from './wire.ts';

export interface SenderOptions {
  readonly outbox: ChatOutbox;
  readonly wire: Wire;
  readonly clock: Clock;
  /** A message of one's own is in the room at `position`. */
  readonly placed: (roomId: string, position: Position) => void;
  /** The server does not have this client in the room that it was in. */
  readonly lost: (roomId: string) => void;
  /** Nothing is left to do in the room that is joined. */
  readonly idle: () => void;
}

/** No repetition mends these: what was sent is wrong, or the room is gone. */
const REFUSALS: readonly string[] = ['VALIDATION_ERROR', 'NOT_FOUND', 'FORBIDDEN', 'PAYLOAD_TOO_LARGE'];
const SILENCE = { code: 'NO_ANSWER', message: 'The server did not answer.' };
const TOO_LARGE = { code: 'PAYLOAD_TOO_LARGE', message: 'The message is larger than the server accepts.' };
/** Milliseconds before a second try, doubled for the third. */
const PAUSE = 1000;

/**
 * Sends what waits in the outbox for the room that is joined, one message at a time: whatever the server says of one,
 * none behind it can overtake.
 */
export class Sender {
  readonly #options: SenderOptions;
  #roomId: string | null = null;
  #saving = true;
  /** The message that waits for its answer. */
  #current: string | null = null;
  #paused = false;
  #cancel = nothing;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Whether the server can save messages, as far as is known. */
  get saving(): boolean {
    return this.#saving;
  }

  /** The room is joined on this connection. */
  enter(roomId: string): void {
    this.exit();
    this.#roomId = roomId;
    this.flow();
  }

  /** In no room. What has no answer yet is of unknown fate, and sent again next time. */
  exit(): void {
    this.#roomId = null;
    this.#current = null;
    this.#resume();
  }

  /** @param available whether the server can save messages */
  storage(available: boolean): void {
    this.#saving = available;
    this.flow();
  }

  flow(): void {
    if (this.#current !== null || this.#paused) return;
    if (this.#roomId === null) return;
    const message = this.#options.outbox.next(this.#roomId, this.#saving);
    if (message) this.#send(message);
    else this.#options.idle();
  }

  #send({ roomId, content, clientMessageId, at }: Outgoing): void {
    const { wire, clock, outbox } = this.#options;
    this.#current = clientMessageId;
    const obstacle = wire.send(
      'chat_message',
      { roomId, content, clientMessageId },
      (frame) => this.#answered(roomId, clientMessageId, frame),
      at,
    );
    if (obstacle === 'too large') {
      this.#current = null;
      outbox.failed(clientMessageId, TOO_LARGE);
      this.flow();
    } else {
      this.#cancel = clock.after(ANSWER_TIME, () => this.#silent(clientMessageId));
    }
  }

  /** May come late, when the message is no longer the current one: what it says holds all the same. */
  #answered(roomId: string, id: string, frame: ServerFrame | null): void {
    const { outbox, placed } = this.#options;
    const isCurrent = this.#current === id;
    if (isCurrent) this.#done();
    if (frame?.type === 'message_ack') {
      const { epoch, offset } = frame.payload;
      if (epoch !== null && offset !== null) placed(roomId, { epoch, offset });
      outbox.acknowledged({ ...frame.payload, clientMessageId: id });
    } else if (frame?.type === 'error' && isCurrent) {
      this.#refused(roomId, id, frame.payload);
    }
    this.flow();
  }

  #refused(roomId: string, id: string, { code, message, retryAfter }: ServerEvents['error']): void {
    const { outbox, lost } = this.#options;
    const wait = waitBeforeRetry(code, retryAfter);
    if (wait !== null) this.#pause(wait);
    else if (REFUSALS.includes(code)) outbox.failed(id, { code, message });
    else if (code === 'UNAUTHENTICATED') this.exit();
    else this.#again(id, { code, message });
    if (code === 'NOT_IN_ROOM') lost(roomId);
  }

  #silent(id: string): void {
    this.#done();
    this.#again(id, SILENCE);
    this.flow();
  }

  #again(id: string, fault: typeof SILENCE): void {
    const { outbox } = this.#options;
    if (outbox.tried(id, fault)) this.#pause(PAUSE * (outbox.find(id)?.tries ?? 1));
  }

  #done(): void {
    this.#cancel();
    this.#current = null;
  }

  #pause(wait: number): void {
    this.#paused = true;
    this.#cancel = this.#options.clock.after(wait, () => {
      this.#resume();
      this.flow();
    });
  }

  #resume(): void {
    this.#cancel();
    this.#paused = false;
  }
}
