import type { RoomSummary } from '@roomcast/protocol';
import type { RoomItem } from './chat-model.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly memberCount: number;
  readonly lastActivity: Date;
  readonly offset: number;
}

/** What is known of the rooms, and how far this user has read each of them. */
export class RoomTable {
  readonly #rows = new Map<string, Row>();
  readonly #read = new Map<string, number>();
  /** Rooms of which only what goes to everybody has been heard: how far this user has read them is not known yet. */
  readonly #guessed = new Set<string>();

  nameOf(id: string): string | null {
    return this.#rows.get(id)?.name ?? null;
  }

  /** As the server describes it. */
  put({ id, name, memberCount, lastActivity, offset = 0, unread }: RoomSummary): void {
    this.#rows.set(id, { id, name, memberCount, lastActivity: new Date(lastActivity), offset });
    if (typeof unread === 'number') this.read(id, offset - unread);
    // Where the server cannot tell (null), or the user was never there, what comes from now on counts.
    else if (unread === null && (this.#guessed.has(id) || !this.#read.has(id))) this.#know(id, offset);
    // What goes to everybody cannot say how much of it this user has read.
    else if (!this.#read.has(id)) {
      this.#read.set(id, 0);
      this.#guessed.add(id);
    }
  }

  delete(id: string): void {
    this.#rows.delete(id);
    this.#read.delete(id);
    this.#guessed.delete(id);
  }

  /** Everything up to `offset` is read; never goes back. */
  read(id: string, offset: number): void {
    this.#know(id, Math.max(offset, this.#read.get(id) ?? 0));
  }

  /** Keeps these rooms alone: the others are gone. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.delete(id);
  }

  clear(): void {
    this.#rows.clear();
    this.#read.clear();
    this.#guessed.clear();
  }

  /**
   * The latest activity first.
   * @param filter a part of the name, in any case
   * @param activeId the room that is open: nothing in it counts as unread
   */
  list(filter: string, activeId: string | null): readonly RoomItem[] {
    const wanted = filter.trim().toLocaleLowerCase();
    const rows = [...this.#rows.values()].filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
    rows.sort((a, b) => b.lastActivity.getTime() - a.lastActivity.getTime() || a.name.localeCompare(b.name));
    return rows.map(({ offset, ...row }) => ({
      ...row,
      unread: row.id === activeId ? 0 : this.#unread(row.id, offset),
    }));
  }

  #know(id: string, offset: number): void {
    this.#read.set(id, offset);
    this.#guessed.delete(id);
  }

  #unread(id: string, offset: number): number {
    return Math.max(0, offset - (this.#read.get(id) ?? 0));
  }
}
