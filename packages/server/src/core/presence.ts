import type { Member } from '@roomcast/protocol';

interface Person {
  readonly member: Member;
  connections: number;
  /** Changes with each arrival: a departure that was to take effect later sees that it is out of date. */
  visit: number;
}

/** Who may be gone: takes effect with `expire`, unless they have come back. */
export interface Departure {
  readonly member: Member;
  readonly visit: number;
}

/**
 * Who is in a room, as pure state: adding and removing connections reports the transitions 0 ↔ 1 of a person.
 * Several devices of one user are one person; an anonymous connection is a person of its own.
 */
export class Presence {
  readonly #people = new Map<string, Person>();
  #visits = 0;

  get size(): number {
    return this.#people.size;
  }

  /** Returns the member if this connection made them present, else null. */
  add(member: Member): Member | null {
    const person = this.#people.get(keyOf(member));
    if (person) {
      person.connections++;
      person.visit = ++this.#visits;
      return null;
    }
    this.#people.set(keyOf(member), { member, connections: 1, visit: ++this.#visits });
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

  /** As `remove`, but the person stays for the time being. Returns what to `expire` if this was their last connection. */
  linger(member: Member): Departure | null {
    const person = this.#people.get(keyOf(member));
    if (!person) return null;
    if (--person.connections > 0) return null;
    return { member: person.member, visit: person.visit };
  }

  /** Returns whether the person is gone now: they have not come back. */
  expire({ member, visit }: Departure): boolean {
    const key = keyOf(member);
    const person = this.#people.get(key);
    if (!person || person.connections > 0 || person.visit !== visit) return false;
    this.#people.delete(key);
    return true;
  }

  has(userId: string): boolean {
    return this.#people.has(`u:${userId}`);
  }

  list(): Member[] {
    return Array.from(this.#people.values(), (person) => person.member);
  }
}

function keyOf(member: Member): string {
  return member.userId === null ? `c:${member.connectionId}` : `u:${member.userId}`;
}
