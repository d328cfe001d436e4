import type { Virtualizer } from '@tanstack/virtual-core';
import type { ActiveRoom } from '../../model/chat-model.ts';
import { type Goal, offsetFor } from './goal.ts';
import { positions } from './positions.ts';
import type { Row } from './rows.ts';

type List = Virtualizer<HTMLElement, HTMLElement>;

/** So near to the end still counts as being there. */
const NEAR_END = 30;
/** So few rows from an edge of what is loaded, the next page is fetched. */
const NEAR_EDGE = 12;
/** Milliseconds in which rows about a goal may still turn out to be higher than guessed. */
const SETTLING = 400;

/** Moves one room's list: to its end, to a message, back to where it was left; and fetches pages at its edges. */
export class ListMotion {
  readonly #room: ActiveRoom;
  /** Held as long as the rows about it settle, or until the reader moves the list. */
  #goal: Goal | null = null;
  #settled: ReturnType<typeof setTimeout> | undefined;
  #placed = false;
  /** How far down the list was when it last scrolled. */
  #top = 0;
  /** A page could not be fetched: not again before the reader scrolls. */
  #stopped = false;
  #rows: readonly Row[] = [];

  constructor(room: ActiveRoom) {
    this.#room = room;
  }

  /** Brings the list there: at once, or as soon as that row is here. */
  go(list: List, goal: Goal): void {
    clearTimeout(this.#settled);
    this.#settled = undefined;
    this.#goal = goal;
    this.#hold(list);
  }

  /** The reader moves the list. */
  release(): void {
    clearTimeout(this.#settled);
    this.#settled = undefined;
    this.#goal = null;
  }

  /** After each drawing, before it is seen. */
  drawn(list: List, rows: readonly Row[]): void {
    this.#rows = rows;
    if (rows.length === 0) return;
    if (!this.#placed) {
      this.#placed = true;
      this.#goal ??= this.#entry();
    }
    this.#hold(list);
  }

  /** After the list has scrolled, by whomever. */
  scrolled({ scrollHeight, clientHeight, scrollTop }: HTMLElement): void {
    this.#stopped = false;
    const wentUp = scrollTop < this.#top;
    this.#top = scrollTop;
    if (!this.#placed) return;
    const isNear = scrollHeight - clientHeight - scrollTop <= NEAR_END;
    // Not every distance is the reader's doing: a message that is higher than guessed makes one, too.
    if (isNear) this.#room.atEnd.value = !this.#room.timeline.peek().hasNewer;
    else if (wentUp || this.#goal?.kind === 'row') this.#room.atEnd.value = false;
  }

  /** Fetches the page before or after, where the reader is near the edge of what is loaded. */
  fetch({ range }: List): void {
    const { hasOlder, hasNewer, loading } = this.#room.timeline.peek();
    if (range === null || loading !== null || this.#stopped || !this.#placed) return;
    if (hasOlder && range.startIndex < NEAR_EDGE) this.#load(this.#room.loadOlder());
    else if (hasNewer && range.endIndex >= this.#rows.length - NEAR_EDGE) this.#load(this.#room.loadNewer());
  }

  /** Remembers where the reader is. */
  leave(list: List): void {
    clearTimeout(this.#settled);
    if (!this.#placed) return;
    const top = list.scrollOffset ?? 0;
    const first = this.#room.atEnd.peek() ? undefined : list.getVirtualItems().find(({ start }) => start >= top);
    positions.keep(this.#room.id, first === undefined ? null : { key: String(first.key), pixels: first.start - top });
  }

  /** Where a room is entered: where it was left, else what is unread, else its end. */
  #entry(): Goal {
    const left = positions.of(this.#room.id);
    const known = [left, { key: 'divider', pixels: 0 }].find(
      (place) => place !== null && this.#indexOf(place.key) >= 0,
    );
    // Scrolling says later what is true; until then nothing may pull the list to its end.
    this.#room.atEnd.value = !known;
    return known ? { kind: 'row', align: 'start', ...known } : { kind: 'end' };
  }

  /** Brings the list to its goal; one without a goal whose reader is at the end stays there. */
  #hold(list: List): void {
    const goal: Goal | null = this.#goal ?? (this.#room.atEnd.peek() ? { kind: 'end' } : null);
    const element = list.scrollElement;
    if (goal === null || element === null) return;
    const index = goal.kind === 'row' ? this.#indexOf(goal.key) : this.#rows.length - 1;
    const row = list.measurementsCache[index];
    if (row === undefined || (goal.kind === 'end' && this.#room.timeline.peek().hasNewer)) return;
    const { scrollTop: top, clientHeight: height } = element;
    const offset = offsetFor(goal, { top, height, total: list.getTotalSize() }, row);
    if (Math.abs(offset - top) >= 1) list.scrollToOffset(offset);
    if (this.#goal !== null) this.#settled ??= setTimeout(() => this.release(), SETTLING);
  }

  #indexOf(key: string): number {
    return this.#rows.findIndex((row) => row.key === key);
  }

  #load(page: Promise<void>): void {
    page.catch(() => {
      this.#stopped = true;
    });
  }
}
