import type { Member } from '@roomcast/protocol';

/**
 * Who is in a room, as pure state: adding and removing connections reports the transitions 0 ↔ 1 of a person.
 * Several devices of one user are one person; an anonymous connection is a person of its own.
 */
export class Presence {
  readonly #people = new Map<string, { member: Member; connections: number }>();

  get size(): number {
    return this.#people.size;
  }

  /** Returns the member if this connection made them present, else null. */
  add(member: Member): Member | null {
    const person = this.#people.get(keyOf(member));
    if (person) {
      person.connections++;
      return null;
    }
    this.#people.set(keyOf(member), { member, connections: 1 });
    return member;
  }

  /** Returns the member if this was their last connection, else null. */
  remove(member: Member): Member | null {
    const key = keyOf(member);
    const person = this.#people.get(key);
    if (!person) return null;
    if (--person.connections > 0) return null;
    this.#people.delete(key);
    return person.member;
  }

  list(): Member[] {
    return Array.from(this.#people.values(), (person) => person.member);
  }
}

function keyOf(member: Member): string {
  return member.userId === null ? `c:${member.connectionId}` : `u:${member.userId}`;
}
