import { type ReadonlySignal, signal } from '@preact/signals';
import type { RequestRow } from './request-row.ts';

/** The rows that are shown, the newest first: by offset, each once. */
export class RequestList {
  readonly #rows = signal<readonly RequestRow[]>([]);

  get rows(): ReadonlySignal<readonly RequestRow[]> {
    return this.#rows;
  }

  reset(rows: readonly RequestRow[]): void {
    this.#rows.value = rows;
  }

  /**
   * Takes in rows of any age and order.
   * @returns how many of them are new to the list
   */
  add(more: readonly RequestRow[]): number {
    const before = this.#rows.peek();
    const merged = merge(before, more);
    if (merged !== before) this.#rows.value = merged;
    return merged.length - before.length;
  }

  remove(id: string): void {
    const rows = this.#rows.peek();
    const rest = rows.filter((row) => row.id !== id);
    if (rest.length !== rows.length) this.#rows.value = rest;
  }

  /** Drops all up to that offset. */
  cutThrough(offset: number): void {
    this.#rows.value = this.#rows.peek().filter((row) => row.offset > offset);
  }

  /** Drops the oldest beyond so many. */
  trim(most: number): void {
    const rows = this.#rows.peek();
    if (rows.length > most) this.#rows.value = rows.slice(0, most);
  }
}

/** Both lists as one, newest first. `rows` itself where there is nothing new. */
export function merge(rows: readonly RequestRow[], more: readonly RequestRow[]): readonly RequestRow[] {
  if (more.length === 0) return rows;
  const top = rows[0]?.offset ?? 0;
  // What comes live is newer than all, in order: ten thousand rows need not be looked through for it.
  if (more.every(({ offset }, index) => offset > (more[index - 1]?.offset ?? top)))
    return [...more.toReversed(), ...rows];
  const known = new Set(rows.map(({ offset }) => offset));
  const fresh = more.filter(({ offset }) => !known.has(offset) && known.add(offset));
  if (fresh.length === 0) return rows;
  return [...fresh, ...rows].sort((one, other) => other.offset - one.offset);
}
