import { CommandError } from '../core/errors.ts';
import type { Draft, DurableLog, LogPage, Submission } from '../core/log.ts';
import type { LogBudget } from '../core/log-budget.ts';
import type { PublicationRecord } from '../core/publication.ts';
import { RecentLog } from '../core/recent-log.ts';
import type { AppendResult, MessageStore, StoredMessage } from '../store/chat-store.ts';
import { StoreError } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { ChatRoom } from './chat-room.ts';

export interface ChatLogOptions {
  readonly room: ChatRoom;
  readonly messages: MessageStore;
  readonly clock: Clock;
  /** Bounds the memory that the tails of all rooms take together. */
  readonly budget: LogBudget;
}

/** Messages of a room in use that stay in memory: who comes back within them needs no disk. */
const TAIL = 512;
/** Milliseconds for which a room that nobody is in stays in memory (D17a). */
const KEPT = 300_000;
/** Messages that were delivered although they could not be stored, to know them again. */
const UNSAVED = 1000;
const CHAT_EVENT = 'chat_message';
/** A page read to go on where a client stands is bounded by its number alone. */
const ANY_SIZE = Number.MAX_SAFE_INTEGER;

/** The log of a chat room: all of it on disk, its end in memory as well. */
export class ChatLog implements DurableLog {
  readonly kind = 'durable';
  readonly epoch: string;
  readonly #options: ChatLogOptions;
  #tail: RecentLog;
  #pending = 0;
  #usedAt: number;
  /** Messages up to this offset were pruned since the room came into memory. */
  #bottom = 0;
  #lastPage: { readonly limit: number; readonly page: Promise<LogPage> } | null = null;
  /** By sender and client message id. */
  readonly #unsaved = new Map<string, PublicationRecord>();

  constructor(options: ChatLogOptions) {
    const { room, clock } = options;
    this.#options = options;
    this.epoch = room.epoch;
    this.#usedAt = clock.monotonic();
    this.#tail = this.#newTail(room.top);
  }

  get top(): number {
    return this.#tail.top;
  }

  get tail(): RecentLog {
    return this.#tail;
  }

  get isSpent(): boolean {
    return this.#pending === 0 && this.#options.clock.monotonic() - this.#usedAt >= KEPT;
  }

  trim(): void {}

  recent(limit: number): LogPage {
    return this.#tail.page(limit);
  }

  since(offset: number, limit: number): LogPage | Promise<LogPage> {
    const page = this.#tail.since(offset);
    if (page.complete) return page;
    return this.#read({ after: offset, limit, bytes: ANY_SIZE }, (records) => records[0]?.offset === offset + 1);
  }

  page(limit: number, before?: number, bytes = ANY_SIZE): LogPage | Promise<LogPage> {
    this.#usedAt = this.#options.clock.monotonic();
    const end = Math.min(before ?? this.top + 1, this.top + 1);
    const oldest = this.top - this.#tail.length + 1;
    const first = this.#bottom + 1;
    if (limit === 0 || end - limit >= oldest || oldest <= first) {
      const page = this.#tail.page(limit, before, bytes);
      return { ...page, hasMore: (page.publications[0]?.offset ?? end) > first };
    }
    return before === undefined ? this.#readLast(limit, bytes) : this.#read({ before, limit, bytes });
  }

  /** The oldest above `offset`. */
  after(offset: number, limit: number, bytes: number): Promise<LogPage> {
    return this.#read({ after: offset, limit, bytes });
  }

  /** Messages up to this offset are gone from the disk: nobody is to get them from memory. */
  prune(bottom: number): void {
    this.#bottom = Math.max(this.#bottom, bottom);
    this.#tail.dropThrough(this.#bottom);
  }

  submit(draft: Draft, done: (submission: Submission) => void): void {
    const { messages, room, clock } = this.#options;
    const { content, sender, clientMessageId, clientTime } = draft;
    this.#usedAt = clock.monotonic();
    try {
      messages.append(
        { roomKey: room.key, senderKey: sender.userKey, clientMessageId, content, clientTime },
        (result) => {
          this.#pending--;
          done(this.#settle(draft, result));
        },
      );
      this.#pending++;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code === 'unavailable') done(this.#withoutDisk(draft));
      else if (error.code === 'closed') throw new CommandError('SHUTTING_DOWN', 'This server is shutting down.');
      else throw new CommandError('OVERLOADED', 'Too many messages wait to be saved.', { retryAfter: 1000 });
    }
  }

  #settle(draft: Draft, result: AppendResult): Submission {
    if (result.status === 'no_room') return { status: 'gone' };
    if (result.status === 'unavailable') return this.#withoutDisk(draft);
    const { offset, timestamp } = result;
    const record = { ...recordOf(draft, timestamp), offset };
    // A repetition may be the first to be answered: a write whose outcome had been unknown has been delivered to nobody.
    if (offset <= this.top && result.status === 'duplicate') return { status: 'duplicate', record };
    this.#unsaved.delete(keyOf(draft));
    // Below the top, and yet new: the database has gone back in time, as when a backup was put in its place. Whoever is
    // here gets the message all the same; clients that are further than the room get the recent page when they resume.
    if (offset !== this.top + 1) this.#skipTo(offset);
    this.#options.room.lastActivity = timestamp;
    this.#options.room.top = offset;
    return { status: 'stored', record: this.#tail.append(record) };
  }

  /** It is delivered all the same, once. */
  #withoutDisk(draft: Draft): Submission {
    const known = this.#unsaved.get(keyOf(draft)) ?? this.#inTail(draft);
    if (known) return { status: 'duplicate', record: known };
    const record = { ...recordOf(draft, this.#options.clock.now()), offset: 0 };
    this.#unsaved.set(keyOf(draft), record);
    for (const oldest of this.#unsaved.keys()) {
      if (this.#unsaved.size <= UNSAVED) break;
      this.#unsaved.delete(oldest);
    }
    return { status: 'unsaved', record };
  }

  /** What was stored lately is known to be, although the disk cannot be asked. */
  #inTail({ sender, clientMessageId }: Draft): PublicationRecord | undefined {
    const isSame = (record: PublicationRecord): boolean =>
      record.clientMessageId === clientMessageId && record.sender?.userId === sender.userId;
    return this.#tail.page(TAIL).publications.find(isSame);
  }

  /** Something else has written into the room: what clients miss, they notice by the offset. */
  #skipTo(offset: number): void {
    this.#options.budget.forget(this.#tail);
    this.#tail = this.#newTail(offset - 1);
  }

  #newTail(top: number): RecentLog {
    const { clock, budget } = this.#options;
    return new RecentLog({ size: TAIL, age: 0 }, () => clock.now(), budget.onBytes, { epoch: this.epoch, top });
  }

  /** The end of the log. Whoever joins at the same moment shares one read, and afterwards it is in memory. */
  #readLast(limit: number, bytes: number): Promise<LogPage> {
    if (this.#lastPage?.limit === limit) return this.#lastPage.page;
    const page = this.#read({ limit, bytes }).then((read) => {
      this.#tail.prime(read.publications);
      this.#tail.dropThrough(this.#bottom); // pruned while they were read
      this.#options.budget.used(this.#tail);
      return read;
    });
    const shared = { limit, page };
    const forget = (): void => {
      if (this.#lastPage === shared) this.#lastPage = null;
    };
    this.#lastPage = shared;
    page.then(forget, forget);
    return page;
  }

  async #read(
    query: { before?: number; after?: number; limit: number; bytes: number },
    isComplete: (records: readonly PublicationRecord[]) => boolean = () => true,
  ): Promise<LogPage> {
    const { messages, room } = this.#options;
    const page = await messages.page({ roomKey: room.key, ...query });
    const publications = page.messages.map(recordOfStored);
    return { publications, complete: isComplete(publications), hasMore: page.hasMore };
  }
}

function recordOf(draft: Draft, timestamp: number): Omit<PublicationRecord, 'offset'> {
  const { content, sender, clientMessageId, clientTime } = draft;
  const data = Buffer.from(JSON.stringify(content));
  return { event: CHAT_EVENT, data, timestamp, sender, clientMessageId, clientTime };
}

function recordOfStored(message: StoredMessage): PublicationRecord {
  const { content, timestamp, offset, senderId, senderName, clientMessageId, clientTime } = message;
  const sender = { userId: senderId, username: senderName };
  const data = Buffer.from(JSON.stringify(content));
  return { event: CHAT_EVENT, data, timestamp, offset, sender, clientMessageId, clientTime };
}

/** Neither part contains a NUL. */
function keyOf({ sender, clientMessageId }: Draft): string {
  return `${sender.userId}\0${clientMessageId}`;
}
