import type { ClientCommands, ClientCommandType, Member, Publication, ServerEvents } from '@roomcast/protocol';
import { type Clock, nothing } from './clock.ts';
import { Cursor } from './cursor.ts';
import { Emitter } from './emitter.ts';
import { RoomcastError, waitBeforeRetry } from './errors.ts';
import type { ServerFrame } from './frames.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import type { ReplyHandler } from './replies.ts';
import type { Ack, JoinOptions, PublishOptions, Room, RoomEvents } from './types.ts';

/** What a room needs of its client. */
export interface RoomLink {
  readonly clock: Clock;
  readonly outbox: Outbox;
  isClosed(): boolean;
  nextMessageId(): string;
  /** False where there is no connection. */
  request<Type extends ClientCommandType>(type: Type, payload: ClientCommands[Type], reply: ReplyHandler): boolean;
  /** As `request`, with a payload that is JSON already. Null where it was sent. */
  send(type: ClientCommandType, payload: string, reply: ReplyHandler): 'offline' | 'too large' | null;
  forget(room: KeptRoom): unknown;
}

/** Unanswered publishes of a room at a time; one at a time after a refusal, since those behind it could overtake. */
const WINDOW = 16;
const CAREFUL = 1;

/** A room as the client keeps it: member or not, its position in the log, its share of the outbox. */
export class KeptRoom implements Room {
  readonly name: string;
  readonly #link: RoomLink;
  readonly #options: JoinOptions;
  readonly #emitter = new Emitter<RoomEvents>();
  readonly #cursor = new Cursor();
  #joined = false;
  /** What this connection brings is not the whole room: it has not been joined yet, or something is missing. */
  #stale = true;
  /** A join is on its way. */
  #joining = false;
  #gone = false;
  #refusal: RoomcastError | null = null;
  #members: Member[] | null = null;
  #window = WINDOW;
  #paused = false;
  #cancelPause = nothing;

  constructor(name: string, link: RoomLink, options: JoinOptions) {
    this.name = name;
    this.#link = link;
    this.#options = options;
  }

  get joined(): boolean {
    return this.#joined;
  }

  get members(): readonly Member[] | null {
    return this.#members;
  }

  on<Name extends keyof RoomEvents>(event: Name, listener: (...details: RoomEvents[Name]) => unknown): () => void {
    return this.#emitter.on(event, listener);
  }

  // Async, so that data that is no JSON rejects like everything else.
  async publish(data: unknown, { event, clientMessageId }: PublishOptions = {}): Promise<Ack> {
    const { outbox, nextMessageId, isClosed } = this.#link;
    if (isClosed()) throw new RoomcastError('CLOSED', 'The client is closed.');
    if (this.#gone) throw new RoomcastError('LEFT', `The room "${this.name}" was left.`);
    if (this.#refusal) throw this.#refusal;
    const id = clientMessageId ?? nextMessageId();
    const payload = JSON.stringify({ roomId: this.name, data, event, clientMessageId: id });
    return new Promise((resolve, reject) => {
      const entry = { roomId: this.name, clientMessageId: id, payload, resolve, reject, sent: false };
      if (outbox.add(entry)) this.#flow();
      else reject(new RoomcastError('OUTBOX_FULL', 'Too many publishes wait for their acknowledgement.'));
    });
  }

  leave(): Promise<void> {
    return new Promise((resolve) => {
      const asked = !this.#gone && (this.#joined || this.#joining);
      const sent = asked && this.#link.request('leave_room', { roomId: this.name }, () => resolve());
      if (!sent) resolve();
      this.#part(false);
    });
  }

  /** Joins where that is needed: on each new connection, and to fetch what is missing. */
  enter(): void {
    if (!this.#stale || this.#joining || this.#paused) return;
    this.#refusal = null;
    const since = this.#cursor.position;
    const { limit } = this.#options;
    const payload = { roomId: this.name, ...(since && { since }), ...(limit !== undefined && { limit }) };
    this.#joining = this.#link.request('join_room', payload, (frame) => this.#answered(frame));
  }

  /** The connection is lost. */
  disconnected(): void {
    this.#joined = false;
    this.#joining = false;
    this.#stale = true;
    this.#resume();
  }

  /** A frame about this room that answers no command. */
  receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'publication':
        // Before the join's reply its place is not known; the reply's history has it.
        if (this.#joined) this.#take(frame.payload, frame.timestamp);
        return;
      case 'user_joined':
        this.#arrived(memberOf(frame.payload));
        return;
      case 'user_left':
        this.#departed(memberOf(frame.payload));
        return;
      case 'caught_up':
        this.#caughtUp(frame.payload);
        return;
      case 'room_left':
        this.#part(true);
    }
  }

  #answered(frame: ServerFrame | null): void {
    if (this.#gone || !frame) return;
    this.#joining = false;
    if (frame.type === 'join_room_success') this.#admitted(frame.payload);
    else if (frame.type === 'join_room_error') this.#refused(frame.payload.code, frame.payload.error);
    else if (frame.type === 'error') this.#refused(frame.payload.code, frame.payload.message, frame.payload.retryAfter);
  }

  #admitted({ recovered, members, epoch, offset, ...answer }: ServerEvents['join_room_success']): void {
    const history = answer.history as readonly Publication[];
    this.#joined = true;
    this.#stale = false;
    this.#members = members && [...members];
    if (recovered) for (const publication of history) this.#replay(publication);
    // A listener may have left meanwhile.
    if (this.#gone) return;
    this.#cursor.reset(epoch, offset);
    this.#emitter.emit('joined', { recovered, history: recovered ? [] : history, members });
    this.#flow();
  }

  #refused(code: string, message: string, retryAfter?: number): void {
    const wait = waitBeforeRetry(code, retryAfter);
    if (wait !== null) {
      this.#pause(wait);
      return;
    }
    this.#joined = false;
    this.#refusal = new RoomcastError(code as RoomcastError['code'], message);
    this.#link.outbox.reject(this.#refusal, (entry) => entry.roomId === this.name);
    this.#emitter.emit('error', { code, message });
  }

  /** What was missed. Own publications do not come back, as they do not live. */
  #replay(publication: Publication): void {
    const { epoch, offset, clientMessageId } = publication;
    const own = this.#cursor.isOwn(offset) || this.#link.outbox.has(this.name, clientMessageId);
    if (this.#cursor.take(epoch, offset) === 'deliver' && !own && !this.#gone) this.#deliver(publication);
  }

  #take(publication: Publication, timestamp: string | undefined): void {
    const verdict = this.#cursor.take(publication.epoch, publication.offset);
    // Nothing is kept of what lies behind the gap: the join brings that, too.
    if (verdict === 'gap') this.#catchUp();
    if (verdict === 'deliver') this.#deliver(timestamp ? { timestamp, ...publication } : publication);
  }

  #deliver(publication: Publication): void {
    this.#emitter.emit('message', publication.data, publication);
  }

  #caughtUp({ epoch, offset, recovered, members }: ServerEvents['caught_up']): void {
    if (!this.#joined) return;
    if (members) this.#members = [...members];
    if (recovered) this.#cursor.reset(epoch, offset);
    else this.#catchUp();
  }

  #catchUp(): void {
    this.#stale = true;
    this.enter();
  }

  #arrived(member: Member): void {
    if (!this.#members) return;
    this.#members = [...this.#without(this.#members, member), member];
    this.#emitter.emit('member_joined', member);
  }

  #departed(member: Member): void {
    if (!this.#members) return;
    this.#members = this.#without(this.#members, member);
    this.#emitter.emit('member_left', member);
  }

  #without(members: Member[], { connectionId }: Member): Member[] {
    return members.filter((member) => member.connectionId !== connectionId);
  }

  #part(removed: boolean): void {
    if (this.#gone) return;
    this.#gone = true;
    this.disconnected();
    this.#link.forget(this);
    const error = new RoomcastError('LEFT', `The room "${this.name}" was left.`);
    this.#link.outbox.reject(error, (entry) => entry.roomId === this.name && !entry.sent);
    this.#emitter.emit('left', { removed });
  }

  /** Sends what waits, as far as the room is joined and the window open. */
  #flow(): void {
    const { outbox } = this.#link;
    if (outbox.isEmpty(this.name)) this.#window = WINDOW;
    while (this.#joined && !this.#joining && !this.#paused) {
      const entry = outbox.next(this.name, this.#window);
      if (!entry || !this.#send(entry)) return;
    }
  }

  #send(entry: OutboxEntry): boolean {
    const obstacle = this.#link.send('publish', entry.payload, (frame) => this.#published(entry, frame));
    if (obstacle === 'too large') {
      this.#link.outbox.remove(entry);
      entry.reject(new RoomcastError('PAYLOAD_TOO_LARGE', 'The message is larger than the server accepts.'));
    }
    entry.sent = obstacle === null;
    return obstacle !== 'offline';
  }

  #published(entry: OutboxEntry, frame: ServerFrame | null): void {
    if (frame?.type === 'published') {
      this.#cursor.acknowledge(frame.payload.epoch, frame.payload.offset);
      if (this.#link.outbox.remove(entry)) entry.resolve(frame.payload);
    } else if (frame?.type === 'error') {
      this.#unpublished(entry, frame.payload);
    }
    this.#flow();
  }

  #unpublished(entry: OutboxEntry, { code, message, retryAfter }: ServerEvents['error']): void {
    const wait = waitBeforeRetry(code, retryAfter);
    if (wait !== null && !this.#gone) {
      entry.sent = false;
      this.#window = CAREFUL;
      this.#pause(wait);
    } else if (this.#link.outbox.remove(entry)) {
      entry.reject(new RoomcastError(code, message, retryAfter));
    }
  }

  /** Sends nothing about this room for `wait` milliseconds; the latest word counts. */
  #pause(wait: number): void {
    this.#cancelPause();
    this.#paused = true;
    this.#cancelPause = this.#link.clock.after(wait, () => {
      this.#resume();
      this.enter();
      this.#flow();
    });
  }

  #resume(): void {
    this.#cancelPause();
    this.#paused = false;
  }
}

/** The member alone, without the frame's other fields. */
function memberOf({ connectionId, userId, username }: Member): Member {
  return { connectionId, userId, username };
}
