import type { Position, ServerEvents } from '@roomcast/protocol';
import { type Clock, nothing } from '../clock.ts';
import { RoomcastError } from '../errors.ts';
import { randomId } from '../ids.ts';
import type { RoomFault } from '../types.ts';
import type { OutboxStore } from './outbox-store.ts';
import type { Outgoing, StoredOutgoing } from './outgoing.ts';

export interface ChatOutboxOptions {
  readonly store: OutboxStore;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A message has changed. */
  readonly tell: (message: Outgoing) => void;
  /** Something may be sent that could not before. */
  readonly due: () => void;
}

/** Tries that a message has, before it is up to the person. */
const TRIES = 3;
/** Milliseconds that the store has for keeping a message, before it is sent without. */
const STORE_TIME = 2000;
/** Messages that may wait; a program that writes faster than it can send finds out. */
const MOST = 10_000;

type Change = Partial<Pick<Outgoing, 'state' | 'failure' | 'tries' | 'userId'>>;

/**
 * The messages that this user has written and the server does not have yet. Each is stored before it is sent, and
 * stays until it is on the server's disk or somebody throws it away. It knows nothing of connections.
 */
export class ChatOutbox {
  readonly #options: ChatOutboxOptions;
  /** In order of writing. */
  #messages: Outgoing[] = [];
  /** Those that the store has not confirmed yet: they are not sent before. */
  readonly #unstored = new Set<string>();
  /** What went while the store was being read: it must not come back. */
  readonly #gone = new Set<string>();
  #claims = 0;
  #userId: string | null = null;
  #open = false;
  #last = 0;

  constructor(options: ChatOutboxOptions) {
    this.#options = options;
  }

  /** All of them, or those of a room; in order of writing. */
  list(roomId?: string): readonly Outgoing[] {
    return roomId === undefined ? this.#messages : this.#messages.filter((message) => message.roomId === roomId);
  }

  find(clientMessageId: string): Outgoing | undefined {
    return this.#messages.find((message) => message.clientMessageId === clientMessageId);
  }

  /**
   * Takes a message in; it is sent as soon as that is possible.
   * @throws RoomcastError OUTBOX_FULL
   */
  add(roomId: string, content: string): Outgoing {
    if (this.#messages.length >= MOST) throw new RoomcastError('OUTBOX_FULL', 'Too many messages wait to be sent.');
    this.#last = Math.max(this.#options.now(), this.#last + 1);
    const message: Outgoing = {
      userId: this.#userId,
      roomId,
      clientMessageId: randomId(16),
      content,
      at: this.#last,
      state: 'waiting',
      failure: null,
      tries: 0,
      position: null,
      timestamp: null,
    };
    this.#messages.push(message);
    this.#options.tell(message);
    if (message.userId !== null) this.#store(message);
    return message;
  }

  /** A message that failed is tried again, under its old id: it may have arrived after all. */
  retry(clientMessageId: string): void {
    if (this.find(clientMessageId)?.state !== 'failed') return;
    this.#change(clientMessageId, { state: 'waiting', failure: null, tries: 0 });
    this.#options.due();
  }

  /** Takes a message out. One that is on its way may arrive all the same. */
  discard(clientMessageId: string): void {
    this.#remove(clientMessageId, { state: 'discarded' });
  }

  /** From now on it is this user who writes. Brings what the store has kept; messages of other users stay there. */
  async open(userId: string): Promise<void> {
    if (this.#userId !== userId) {
      this.#open = false;
      this.#userId = userId;
      this.#messages = this.#messages.filter((message) => message.userId === null);
      for (const { clientMessageId } of this.#messages) {
        const message = this.#change(clientMessageId, { userId });
        if (message) this.#store(message);
      }
    }
    await this.refresh();
  }

  /** Brings what other clients of the same store have left behind. */
  async refresh(): Promise<void> {
    const userId = this.#userId;
    if (userId === null) return;
    this.#claims++;
    const kept = await this.#kept(userId);
    const gone = [...this.#gone];
    if (--this.#claims === 0) this.#gone.clear();
    if (this.#userId !== userId) return;
    this.#open = true;
    const fresh = kept.filter(({ clientMessageId: id }) => !gone.includes(id) && !this.find(id));
    for (const stored of fresh) this.#take(stored);
    this.#options.due();
  }

  /**
   * The room's next message to be sent, or null.
   * @param saving whether the server can save: without, those that it has not saved need not be sent again yet
   */
  next(roomId: string, saving: boolean): Outgoing | null {
    if (!this.#open) return null;
    const next = this.#messages.find((message) => message.roomId === roomId && isDue(message, saving));
    return next && !this.#unstored.has(next.clientMessageId) ? next : null;
  }

  /** Rooms in which something waits to be sent, the oldest first. `saving`: as for `next`. */
  waitingRooms(saving: boolean): readonly string[] {
    return [...new Set(this.#messages.filter((message) => isDue(message, saving)).map(({ roomId }) => roomId))];
  }

  /** The server has it. */
  acknowledged({ clientMessageId, saved, epoch, offset, timestamp }: AckPart): void {
    const position: Position | null = epoch === null || offset === null ? null : { epoch, offset };
    if (saved) this.#remove(clientMessageId, { state: 'sent', position, timestamp });
    else this.#change(clientMessageId, { state: 'unsaved', failure: null, tries: 0 });
  }

  /** A try came to nothing. False where it was the last: the message has failed. */
  tried(clientMessageId: string, fault: RoomFault): boolean {
    const tries = (this.find(clientMessageId)?.tries ?? 0) + 1;
    if (tries >= TRIES) this.failed(clientMessageId, fault);
    else this.#change(clientMessageId, { tries });
    return tries < TRIES;
  }

  /** The server refuses it for good. */
  failed(clientMessageId: string, failure: RoomFault): void {
    this.#change(clientMessageId, { state: 'failed', failure });
  }

  /** The room takes no messages any more. */
  roomFailed(roomId: string, failure: RoomFault): void {
    for (const { clientMessageId, state } of this.list(roomId)) {
      if (state !== 'failed') this.failed(clientMessageId, failure);
    }
  }

  /** What the store gives; nothing where it fails, or hangs: the next look finds it then. */
  #kept(userId: string): Promise<readonly StoredOutgoing[]> {
    const { clock, store } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.after(STORE_TIME, () => resolve([]));
      const give = (kept: readonly StoredOutgoing[]) => {
        cancel();
        resolve(kept);
      };
      store.claim(userId).then(give, () => give([]));
    });
  }

  #take(stored: StoredOutgoing): void {
    this.#last = Math.max(this.#last, stored.at);
    const message = { ...stored, tries: 0, position: null, timestamp: null };
    const index = this.#messages.findIndex(({ at }) => at > message.at);
    this.#messages.splice(index < 0 ? this.#messages.length : index, 0, message);
    this.#options.tell(message);
  }

  #store(message: Outgoing): void {
    const id = message.clientMessageId;
    const done = () => {
      cancel();
      if (this.#unstored.delete(id)) this.#options.due();
    };
    this.#unstored.add(id);
    // A store that hangs or fails must not stop the message: then it is kept in memory alone.
    const cancel = this.#options.clock.after(STORE_TIME, done);
    this.#put(message).then(done, done);
  }

  async #put({ tries, position, timestamp, userId, state, ...rest }: Outgoing): Promise<void> {
    if (userId === null || state === 'sent' || state === 'discarded') return;
    await this.#options.store.put({ ...rest, userId, state });
  }

  #change(clientMessageId: string, change: Change): Outgoing | null {
    const index = this.#indexOf(clientMessageId);
    const before = this.#messages[index];
    if (!before) return null;
    const after = { ...before, ...change };
    this.#messages[index] = after;
    const isKept = before.state !== after.state && this.#put(after);
    if (isKept) isKept.catch(nothing);
    this.#options.tell(after);
    return after;
  }

  #remove(clientMessageId: string, change: Partial<Outgoing>): void {
    const index = this.#indexOf(clientMessageId);
    const message = this.#messages[index];
    if (!message) return;
    this.#messages.splice(index, 1);
    if (this.#claims > 0) this.#gone.add(clientMessageId);
    this.#unstored.delete(clientMessageId);
    this.#options.store.remove(clientMessageId).catch(nothing);
    this.#options.tell({ ...message, ...change });
  }

  #indexOf(clientMessageId: string): number {
    return this.#messages.findIndex((message) => message.clientMessageId === clientMessageId);
  }
}

function isDue({ state }: Outgoing, saving: boolean): boolean {
  return state === 'waiting' || (state === 'unsaved' && saving);
}

type AckPart = Pick<ServerEvents['message_ack'], 'clientMessageId' | 'saved' | 'epoch' | 'offset' | 'timestamp'>;
