import type { Member, ServerEvents } from '@roomcast/protocol';
import type { Emitter } from '../emitter.ts';
import type { ChatRoomEvents } from './types.ts';

/** Who is in the room and who is typing: one for each user, however many devices they have. */
export class People {
  readonly #emitter: Emitter<ChatRoomEvents>;
  readonly #self: () => string | null;
  #members = new Map<string, Member>();
  /** Usernames by user id, in the order in which they began. */
  #typing = new Map<string, string>();

  constructor(emitter: Emitter<ChatRoomEvents>, self: () => string | null) {
    this.#emitter = emitter;
    this.#self = self;
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** As the server says after a join. `typing`: usernames. */
  reset(members: readonly Member[], typing: readonly string[]): void {
    this.#members = new Map(members.map((member) => [idOf(member), memberOf(member)]));
    const byName = new Map(members.map(({ userId, username }) => [username, userId]));
    this.#typing = new Map(typing.map((username) => [byName.get(username) ?? username, username]));
    const self = this.#self();
    if (self !== null) this.#typing.delete(self);
    this.#emitter.emit('members', this.members);
    this.#tellTyping();
  }

  /** Who is there is not known any more, but shown until it is; nobody is seen typing. */
  disconnected(): void {
    if (this.#typing.size === 0) return;
    this.#typing.clear();
    this.#tellTyping();
  }

  joined(frame: Member): void {
    const member = memberOf(frame);
    const isNew = !this.#members.has(idOf(member));
    this.#members.set(idOf(member), member);
    if (!isNew) return;
    this.#emitter.emit('member_joined', member);
    this.#emitter.emit('members', this.members);
  }

  left(frame: Member): void {
    const member = memberOf(frame);
    this.spoke(idOf(member));
    if (!this.#members.delete(idOf(member))) return;
    this.#emitter.emit('member_left', member);
    this.#emitter.emit('members', this.members);
  }

  typing({ userId, username, isTyping }: ServerEvents['user_typing']): void {
    if (!isTyping) this.spoke(userId);
    else if (userId !== this.#self() && !this.#typing.has(userId)) {
      this.#typing.set(userId, username);
      this.#tellTyping();
    }
  }

  /** Whoever has spoken, or gone, is not typing. */
  spoke(userId: string): void {
    if (this.#typing.delete(userId)) this.#tellTyping();
  }

  #tellTyping(): void {
    this.#emitter.emit('typing', [...this.#typing.values()]);
  }
}

function idOf({ userId, connectionId }: Member): string {
  return userId ?? connectionId;
}

/** The member alone, without the frame's other fields. */
function memberOf({ connectionId, userId, username }: Member): Member {
  return { connectionId, userId, username };
}
