import type { Memory } from '../../shared/memory.ts';

/** What people were writing, by user and room. */
export class Drafts {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  read(userId: string, roomId: string): string {
    return this.#memory.get(keyOf(userId, roomId)) ?? '';
  }

  /** At each key: what was typed the moment before a crash is there after it. */
  write(userId: string, roomId: string, text: string): void {
    this.#memory.set(keyOf(userId, roomId), text === '' ? null : text);
  }
}

function keyOf(userId: string, roomId: string): string {
  return `roomcast-draft ${userId} ${roomId}`;
}
