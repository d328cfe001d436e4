import { type ChatMessage, chatRoomName, type Member, type ServerEvents } from '@roomcast/protocol';
import { type Clock, nothing } from '../clock.ts';
import { Cursor } from '../cursor.ts';
import { Emitter } from '../emitter.ts';
import { RoomcastError, waitBeforeRetry } from '../errors.ts';
import type { ServerFrame } from '../frames.ts';
import type { ChatOutbox } from './outbox.ts';
import type { Outgoing } from './outgoing.ts';
import { OwnTyping } from './own-typing.ts';
import { People } from './people.ts';
import type { ChatJoinOptions, ChatRoomEvents, LeaveReason } from './types.ts';
import type { Wire } from './wire.ts';

/** What a room needs of its chat. */
export interface ChatRoomLink {
  readonly clock: Clock;
  readonly wire: Wire;
  readonly outbox: ChatOutbox;
  /** The id of this user; null as long as the server has not said. */
  userId(): string | null;
  /** The room was joined on this connection. */
  entered(room: ChatRoom): void;
  /** The room is not the active one any more. */
  left(room: ChatRoom): void;
  /** Resolves once the message is sent. */
  sent(message: Outgoing): Promise<Outgoing>;
}

/** Messages of others that were not saved, of which is known that they were given; beyond, the oldest are forgotten. */
const UNSAVED = 1000;

/** The room that one is in: kept joined, its messages in order and each once. */
export class ChatRoom {
  /** `chat:name`. */
  readonly id: string;
  readonly #link: ChatRoomLink;
  readonly #options: ChatJoinOptions;
  readonly #emitter = new Emitter<ChatRoomEvents>();
  readonly #cursor = new Cursor();
  readonly #people: People;
  readonly #typing: OwnTyping;
  /** Keys of messages that were given without an offset. */
  readonly #unsaved = new Set<string>();
  #joined = false;
  #stale = true;
  #joining = false;
  #gone = false;
  #paused = false;
  #cancelPause = nothing;

  constructor(id: string, link: ChatRoomLink, options: ChatJoinOptions) {
    this.id = id;
    this.#link = link;
    this.#options = options;
    this.#people = new People(this.#emitter, link.userId);
    this.#typing = new OwnTyping(link.clock, (isTyping) => {
      if (this.#joined) link.wire.send('user_typing', { roomId: id, isTyping });
    });
  }

  /** Whether this connection is in the room. */
  get joined(): boolean {
    return this.#joined;
  }

  /** One for each user; kept current. */
  get members(): readonly Member[] {
    return this.#people.members;
  }

  /** Returns the function that removes the listener. */
  on<Name extends keyof ChatRoomEvents>(
    event: Name,
    listener: (...details: ChatRoomEvents[Name]) => unknown,
  ): () => void {
    return this.#emitter.on(event, listener);
  }

  /**
   * Says something, now or as soon as there is a connection; once, and in order. May be called in any state.
   * @returns the message with its place in the room, once it is on the server's disk
   * @throws RoomcastError where it has failed, or was taken out of the outbox
   */
  async send(content: string): Promise<Outgoing> {
    if (this.#gone) throw new RoomcastError('LEFT', `The room "${this.id}" was left.`);
    return this.#link.sent(this.post(content));
  }

  /** As `send`, for those who listen to `outgoing`: gives the message as it waits. */
  post(content: string): Outgoing {
    this.#typing.stop();
    return this.#link.outbox.add(this.id, content);
  }

  /** To be called at each key: the others are told as often as is needed. */
  typed(): void {
    this.#typing.typed();
  }

  /** The field is empty again: nobody is typing. */
  stopTyping(): void {
    this.#typing.stop();
  }

  leave(): void {
    if (this.#gone) return;
    if (this.#joined || this.#joining) this.#link.wire.send('leave_room', { roomId: this.id });
    this.part('left');
  }

  /** @internal Joins where that is needed: on each new connection, and to fetch what is missing. */
  enter(): void {
    if (this.#gone || !this.#stale || this.#joining || this.#paused) return;
    const since = this.#cursor.position;
    const { limit } = this.#options;
    const payload = { roomId: this.id, ...(since && { since }), ...(limit !== undefined && { limit }) };
    this.#joining = this.#link.wire.send('join_room', payload, (frame) => this.#answered(frame)) === null;
  }

  /** @internal The server's view and this one differ: join again. */
  catchUp(): void {
    this.#stale = true;
    this.enter();
  }

  /** @internal The connection is lost. */
  disconnected(): void {
    this.#joined = false;
    this.#joining = false;
    this.#stale = true;
    this.#typing.forget();
    this.#people.disconnected();
    this.#resume();
  }

  /** @internal Out of the room, without a word to the server. */
  part(reason: LeaveReason, by: string | null = null): void {
    if (this.#gone) return;
    this.#gone = true;
    this.disconnected();
    this.#link.left(this);
    this.#emitter.emit('left', { reason, by });
  }

  /** @internal An own message stands at `position`, as the acknowledgement says. */
  placed(epoch: string, offset: number): void {
    this.#cursor.acknowledge(epoch, offset);
  }

  /** @internal A frame about this room that answers no command. */
  receive(frame: ServerFrame): void {
    // Before the join's answer it may be about an earlier stay, and the answer has all that matters.
    if (!this.#joined) return;
    switch (frame.type) {
      case 'chat_message':
        this.#take(frame.payload);
        return;
      case 'user_joined':
        this.#people.joined(frame.payload);
        return;
      case 'user_left':
        this.#people.left(frame.payload);
        return;
      case 'user_typing':
        this.#people.typing(frame.payload);
        return;
      case 'caught_up':
        this.#caughtUp(frame.payload);
        return;
      case 'room_left':
        this.part('removed');
    }
  }

  #answered(frame: ServerFrame | null): void {
    if (this.#gone || !frame) return;
    this.#joining = false;
    if (frame.type === 'join_room_success') this.#admitted(frame.payload);
    else if (frame.type === 'join_room_error') this.#refused(frame.payload.code, frame.payload.error);
    else if (frame.type === 'error') this.#refused(frame.payload.code, frame.payload.message, frame.payload.retryAfter);
  }

  #admitted(answer: ServerEvents['join_room_success']): void {
    const { recovered, members, typing = [], epoch, offset, roomName, lastRead = 0 } = answer;
    const messages = answer.history as readonly ChatMessage[];
    this.#joined = true;
    this.#stale = false;
    // Where senders' clocks give the order, a page is in theirs; what was missed is told in the order of the room.
    if (recovered) for (const message of messages.toSorted(byOffset)) this.#replay(message);
    else for (const message of messages) if (message.offset === null) this.#remember(keyOf(message));
    // A listener may have left meanwhile.
    if (this.#gone || epoch === null || offset === null) return;
    this.#cursor.reset(epoch, offset);
    const history = recovered ? [] : messages;
    this.#emitter.emit('joined', { roomName, recovered, history, offset, epoch, lastRead });
    this.#people.reset(members ?? [], typing);
    if (!this.#gone) this.#link.entered(this);
  }

  #refused(code: string, message: string, retryAfter?: number): void {
    const wait = waitBeforeRetry(code, retryAfter);
    this.#joined = false;
    if (wait === null) {
      this.#emitter.emit('error', { code, message });
      return;
    }
    this.#paused = true;
    this.#cancelPause = this.#link.clock.after(wait, () => {
      this.#resume();
      this.enter();
    });
    this.#emitter.emit('delayed', { code, message, delay: wait });
  }

  /** What was missed. Own messages that were acknowledged are no news. */
  #replay(message: ChatMessage): void {
    if (this.#gone) return;
    const isOwn = this.#cursor.isOwn(message.offset ?? undefined);
    const verdict = this.#cursor.take(message.epoch ?? undefined, message.offset ?? undefined);
    if (verdict === 'deliver' && !isOwn) this.#deliver(message);
  }

  #take(message: ChatMessage): void {
    const verdict = this.#cursor.take(message.epoch ?? undefined, message.offset ?? undefined);
    // Nothing is kept of what lies behind the gap: the join brings that, too.
    if (verdict === 'gap') this.catchUp();
    if (verdict === 'deliver') this.#deliver(message);
  }

  #deliver(message: ChatMessage): void {
    this.#people.spoke(message.userId);
    if (message.userId === this.#link.userId() && this.#settles(message)) return;
    const key = keyOf(message);
    const isKnown = this.#unsaved.has(key);
    if (message.offset === null) {
      // The sender tries again and again while the database is away; the room hears it once.
      if (isKnown) return;
      this.#remember(key);
    } else {
      this.#unsaved.delete(key);
    }
    this.#emitter.emit(isKnown ? 'saved' : 'message', message);
  }

  /** Whether the message is one that waits here for its acknowledgement; in that case it has it now. */
  #settles(message: ChatMessage): boolean {
    const isOurs = this.#link.outbox.find(message.clientMessageId) !== undefined;
    if (isOurs) this.#link.outbox.acknowledged(message);
    return isOurs;
  }

  #remember(key: string): void {
    this.#unsaved.add(key);
    const [oldest] = this.#unsaved;
    if (this.#unsaved.size > UNSAVED && oldest !== undefined) this.#unsaved.delete(oldest);
  }

  #caughtUp({ epoch, offset, recovered, members }: ServerEvents['caught_up']): void {
    if (!this.#joined) return;
    if (members) this.#people.reset(members, []);
    if (recovered) this.#cursor.reset(epoch, offset);
    else this.catchUp();
  }

  #resume(): void {
    this.#cancelPause();
    this.#paused = false;
  }
}

function keyOf({ userId, clientMessageId }: ChatMessage): string {
  return `${userId} ${clientMessageId}`;
}

/** Those without an offset come last. */
function byOffset(a: ChatMessage, b: ChatMessage): number {
  return (a.offset ?? Number.POSITIVE_INFINITY) - (b.offset ?? Number.POSITIVE_INFINITY) || 0;
}

/**
 * The full id of the chat room that a person means: `General Chat!` and `chat:general-chat` are the same.
 * @throws TypeError where nothing is left of the name
 */
export function chatRoomId(name: string): string {
  const parsed = chatRoomName(name);
  if ('fault' in parsed) throw new TypeError(`The room name "${name}" ${parsed.fault}.`);
  return parsed.full;
}
