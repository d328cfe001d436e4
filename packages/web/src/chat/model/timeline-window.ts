import type { MessageItem } from './chat-model.ts';

/** A message that is saved: it has its place. */
interface Placed extends MessageItem {
  readonly offset: number;
}

/** Most messages that the page holds; what is farther away is loaded again when it is wanted. */
export const MOST = 2000;
/** The latest messages that are kept while the window is elsewhere, to close up with them on the way back. */
const RECENT = 500;

/**
 * A window on a room's messages: the saved ones from one offset to another without a hole, and behind them what has no
 * place yet. `hasNewer`: the window does not reach the end of the room, and grows there only by `extend`.
 */
export class TimelineWindow {
  readonly #byTime: boolean;
  #placed: readonly Placed[] = [];
  /** Delivered but not saved, then what is being sent; each in order of time. */
  #loose: readonly MessageItem[] = [];
  #recent: Placed[] = [];
  #first = 0;
  #last = 0;
  #top = 0;
  #hasOlder = false;
  #hasNewer = false;

  /** @param byTime whether the messages' times give their order, and offsets only decide between equals */
  constructor(byTime: boolean) {
    this.#byTime = byTime;
  }

  /** Oldest first. A new array whenever something has changed. */
  get items(): readonly MessageItem[] {
    // What is being sent belongs to the end of the room.
    return this.#hasNewer || this.#loose.length === 0 ? this.#placed : [...this.#placed, ...this.#loose];
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  get hasNewer(): boolean {
    return this.#hasNewer;
  }

  /** The lowest offset in the window; 0 where it is empty. */
  get first(): number {
    return this.#first;
  }

  /** The highest offset in the window; 0 where it is empty. */
  get last(): number {
    return this.#last;
  }

  /** The highest offset that is known of the room. */
  get top(): number {
    return this.#top;
  }

  has(key: string): boolean {
    return this.#placed.some((item) => item.key === key) || this.#loose.some((item) => item.key === key);
  }

  at(offset: number): MessageItem | undefined {
    return this.#placed.find((item) => item.offset === offset);
  }

  /** Shows another stretch. `top`: the room's last offset, where that is known. */
  reset(page: readonly MessageItem[], hasOlder: boolean, hasNewer: boolean, top = 0): void {
    this.#placed = [];
    this.#first = 0;
    this.#last = 0;
    this.#hasOlder = hasOlder;
    this.#insert(page);
    this.#top = Math.max(top, this.#top, this.#last);
    this.#hasNewer = hasNewer || this.#last < this.#top;
    this.#closeUp();
  }

  /** The log has begun anew: offsets of before mean nothing. */
  restart(): void {
    this.#top = 0;
    this.#recent = [];
    this.reset([], false, false);
  }

  /** Messages were missed that the window does not show: it does not reach the end any more. */
  leaveEnd(top: number): void {
    this.#recent = [];
    this.#top = Math.max(this.#top, top);
    this.#hasNewer = this.#last < this.#top;
  }

  /** An older page, which ends where the window begins. */
  prepend(page: readonly MessageItem[], hasMore: boolean): void {
    this.#hasOlder = hasMore;
    this.#insert(page);
    if (this.#last - this.#first >= MOST) this.#cut(this.#first, this.#first + MOST - 1);
  }

  /** A newer page, which begins where the window ends. */
  extend(page: readonly MessageItem[], hasMore: boolean): void {
    this.#insert(page);
    this.#top = Math.max(this.#top, this.#last);
    this.#hasNewer = hasMore || this.#last < this.#top;
    this.#closeUp();
    if (this.#last - this.#first >= MOST) this.#cut(this.#last - MOST + 1, this.#last);
  }

  /**
   * What has just been said. `keepFirst`: the reader is at the beginning of the window; where it is full, the window
   * stays and lets the room go on without it.
   */
  append(arrived: readonly MessageItem[], keepFirst: boolean): void {
    const placed = arrived.filter(isPlaced);
    for (const item of arrived) if (item.offset === null) this.set(item);
    if (placed.length === 0) return;
    const known = placed.filter(({ offset }) => offset <= this.#last);
    const fresh = placed.filter(({ offset }) => offset > this.#last);
    if (known.length > 0) this.#replace(known);
    this.#top = fresh.reduce((top, { offset }) => Math.max(top, offset), this.#top);
    if (!this.#hasNewer && keepFirst && this.#placed.length + fresh.length > MOST) this.#hasNewer = true;
    if (this.#hasNewer) this.#recent = [...this.#recent, ...fresh].slice(-RECENT);
    else this.#insert(fresh);
    if (!this.#hasNewer && this.#last - this.#first >= MOST) this.#cut(this.#last - MOST + 1, this.#last);
    this.#dropLoose(new Set(placed.map(({ key }) => key)));
  }

  /** Puts in, or renews, a message that has no place yet. */
  set(item: MessageItem): void {
    if (isPlaced(item)) {
      this.append([item], false);
      return;
    }
    if (this.#placed.some(({ key }) => key === item.key)) return;
    const others = this.#loose.filter(({ key }) => key !== item.key);
    this.#loose = [...others, item].sort(byRank);
  }

  remove(key: string): void {
    this.#dropLoose(new Set([key]));
  }

  /** The first message of others above `offset`; null where that lies outside the window. */
  firstUnread(offset: number): string | null {
    if (this.#first > offset + 1 && this.#hasOlder) return null;
    return this.#placed.find((item) => item.offset > offset && !item.own)?.key ?? null;
  }

  #insert(page: readonly MessageItem[]): void {
    for (const item of page) if (item.offset === null) this.set(item);
    const fresh = page.filter(isPlaced).filter(({ offset }) => offset < this.#first || offset > this.#last);
    if (fresh.length === 0) return;
    const offsets = fresh.map(({ offset }) => offset);
    this.#first = this.#placed.length === 0 ? Math.min(...offsets) : Math.min(this.#first, ...offsets);
    this.#last = Math.max(this.#last, ...offsets);
    this.#placed = this.#sorted([...this.#placed, ...fresh]);
    this.#dropLoose(new Set(fresh.map(({ key }) => key)));
  }

  /** Renews what is there. What is not lies in a hole: an acknowledgement had overtaken it. */
  #replace(known: readonly Placed[]): void {
    const renewed = new Map(known.filter(({ offset }) => offset >= this.#first).map((item) => [item.offset, item]));
    const all = this.#placed.map((item) => {
      const newer = renewed.get(item.offset);
      renewed.delete(item.offset);
      return newer ?? item;
    });
    this.#placed = this.#sorted([...all, ...renewed.values()]);
  }

  #dropLoose(keys: ReadonlySet<string>): void {
    if (this.#loose.some(({ key }) => keys.has(key))) this.#loose = this.#loose.filter(({ key }) => !keys.has(key));
  }

  /** Goes on from the window's end with what was kept of the latest messages, where that is without a hole. */
  #closeUp(): void {
    const [first] = this.#recent;
    if (this.#hasNewer && first && first.offset <= this.#last + 1) {
      this.#insert(this.#recent);
      this.#hasNewer = this.#last < this.#top;
    }
    if (!this.#hasNewer) this.#recent = [];
  }

  /** Keeps the offsets from `first` to `last`. */
  #cut(first: number, last: number): void {
    if (first > this.#first) this.#hasOlder = true;
    if (last < this.#last) this.#hasNewer = true;
    this.#first = first;
    this.#last = last;
    this.#placed = this.#placed.filter(({ offset }) => offset >= first && offset <= last);
  }

  #sorted(items: Placed[]): Placed[] {
    const compare = this.#byTime ? byTimeThenOffset : byOffset;
    const isInOrder = items.every((item, index) => {
      const before = items[index - 1];
      return !before || compare(before, item) <= 0;
    });
    return isInOrder ? items : items.sort(compare);
  }
}

function isPlaced(item: MessageItem): item is Placed {
  return item.offset !== null;
}

function byOffset(a: Placed, b: Placed): number {
  return a.offset - b.offset;
}

function byTimeThenOffset(a: Placed, b: Placed): number {
  return a.time.getTime() - b.time.getTime() || a.offset - b.offset;
}

/** What others have seen already comes before what is still on its way. */
function byRank(a: MessageItem, b: MessageItem): number {
  const rank = ({ mark }: MessageItem) => (mark === 'unsaved' ? 0 : 1);
  return rank(a) - rank(b) || a.time.getTime() - b.time.getTime();
}
