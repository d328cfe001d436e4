import type { ClientCommands, ClientCommandType, ServerEvents, ServerEventType } from '@roomcast/protocol';
import type { Clock } from '../clock.ts';
import { Connection } from '../connection.ts';
import type { Emitter } from '../emitter.ts';
import { RoomcastError } from '../errors.ts';
import { exceeds, type ServerFrame } from '../frames.ts';
import type { ConnectionOptions } from '../options.ts';
import { Replies, type ReplyHandler } from '../replies.ts';
import type { ClientEvents } from '../types.ts';

/** The answer to each command that is asked and answered. */
interface Answers {
  get_rooms: 'room_list';
  get_members: 'member_list';
  get_users: 'user_list';
  get_history: 'history';
  create_room: 'room_created';
  delete_room: 'room_deleted';
  search: 'search_results';
  mark_read: 'read_marked';
}

/** Milliseconds that the server has for an answer. */
export const ANSWER_TIME = 10_000;

export interface WireOptions extends ConnectionOptions {
  readonly address: string;
  readonly clock: Clock;
}

/** Who hears what is no answer, and of the end of the connection. */
interface Rider {
  readonly frame: (frame: ServerFrame) => void;
  readonly lost: () => void;
}

/** Commands and their answers, on whatever connection there is. */
export class Wire {
  readonly connection: Connection;
  readonly #clock: Clock;
  readonly #replies = new Replies();
  #ids = 0;
  #heartbeats = 0;

  constructor(options: WireOptions, emitter: Pick<Emitter<ClientEvents>, 'emit'>, rider: Rider) {
    const { address, clock } = options;
    this.#clock = clock;
    this.connection = new Connection(address, options, clock, emitter, {
      // What can be said is said once the server has told who this is.
      ready: () => {},
      frame: (frame) => this.#replies.settle(frame) || rider.frame(frame),
      lost: () => {
        rider.lost();
        this.#replies.forget();
      },
      ask: () => this.send('heartbeat', { sequence: ++this.#heartbeats }),
    });
  }

  /**
   * Sends a command; `reply` gets its answer, or null where the connection is lost before. Without it, nothing is waited
   * for. `at`: the sender's own time, in milliseconds since 1970. Returns null where it was sent, otherwise why not.
   */
  send<Type extends ClientCommandType>(
    type: Type,
    payload: ClientCommands[Type],
    reply?: ReplyHandler,
    at?: number,
  ): 'offline' | 'too large' | null {
    const { hello } = this.connection;
    if (!hello) return 'offline';
    const id = reply && ++this.#ids;
    const timestamp = at === undefined ? undefined : new Date(at).toISOString();
    const text = JSON.stringify({ type, id, timestamp, payload });
    // The server would close the connection.
    if (exceeds(text, hello.maxFrameSize)) return 'too large';
    if (reply && id !== undefined) this.#replies.expect(id, reply);
    this.connection.send(text);
    return null;
  }

  /** Sends a command and resolves with the answer's payload. Rejects with RoomcastError. */
  ask<Type extends keyof Answers>(type: Type, payload: ClientCommands[Type]): Promise<ServerEvents[Answers[Type]]> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(ANSWER_TIME, () => reject(noAnswer()));
      const obstacle = this.send(type, payload, (frame) => {
        cancel();
        if (!frame) reject(offline());
        else if (frame.type === 'error') reject(faultOf(frame.payload));
        else resolve(frame.payload as ServerEvents[Answers[Type]] & ServerEvents[ServerEventType]);
      });
      if (obstacle === null) return;
      cancel();
      reject(
        obstacle === 'offline' ? offline() : new RoomcastError('PAYLOAD_TOO_LARGE', 'That is too large to be sent.'),
      );
    });
  }
}

function offline(): RoomcastError {
  return new RoomcastError('OFFLINE', 'There is no connection to the server.');
}

function noAnswer(): RoomcastError {
  return new RoomcastError('NO_ANSWER', 'The server did not answer in time.');
}

function faultOf({ code, message, retryAfter, field }: ServerEvents['error']): RoomcastError {
  return new RoomcastError(code, message, retryAfter, field);
}
