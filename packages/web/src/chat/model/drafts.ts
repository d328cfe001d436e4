import type { Memory } from '../../shared/memory.ts';

/** What people were writing, by user and room: each tab has its own, and a new tab begins with the latest one. */
export class Drafts {
  readonly #shared: Memory;
  readonly #tab: Memory;

  /**
   * @param shared by all tabs, and there after the browser was closed
   * @param tab of this one alone
   */
  constructor(shared: Memory, tab: Memory) {
    this.#shared = shared;
    this.#tab = tab;
  }

  read(userId: string, roomId: string): string {
    const key = keyOf(userId, roomId);
    return this.#tab.get(key) ?? this.#shared.get(key) ?? '';
  }

  /** At each key: what was typed the moment before a crash is there after it. */
  write(userId: string, roomId: string, text: string): void {
    const key = keyOf(userId, roomId);
    const former = this.#tab.get(key);
    // An empty one is kept in the tab as well: what another tab writes does not appear here after a reload.
    this.#tab.set(key, text);
    if (text !== '') this.#shared.set(key, text);
    else if (this.#shared.get(key) === former) this.#shared.set(key, null);
  }
}

function keyOf(userId: string, roomId: string): string {
  return `roomcast-draft ${userId} ${roomId}`;
}
