import type { Position } from '@roomcast/protocol';
import type { Verdict } from './cursor.ts';

/** How far a webhook's log has been read. Unlike a room's recent page, what was missed comes event by event. */
export class FeedCursor {
  #position: Position | null;
  /** The end of the log where it is open at which event it begins: the first one up to there is taken as the next. */
  #open: Position | null = null;

  constructor(since: Position | null) {
    this.#position = since;
  }

  get position(): Position | null {
    return this.#position;
  }

  /**
   * The server has let the client in.
   * @param end of the log
   * @param recovered whether all that came since the place that was asked for follows
   */
  enter(end: Position, recovered: boolean): void {
    const at = this.#position;
    const isKnown = at?.epoch === end.epoch && at.offset <= end.offset;
    // What is left of this log follows; of another one, or behind an unknown place, nothing does.
    if (!recovered && !isKnown) this.moveTo(end);
    else this.#open = recovered && isKnown ? null : end;
  }

  /** The server's word that everything up to there has been sent, or is gone. */
  moveTo({ epoch, offset }: Position): void {
    this.#position = { epoch, offset };
    this.#open = null;
  }

  /** Whether nothing but `moveTo`, or the next event, can tell the position. */
  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** Judges an event of the log and, where it is the next one, moves on. */
  take({ epoch, offset }: Position): Verdict {
    const at = this.#position;
    if (at?.epoch === epoch && offset <= at.offset) return 'seen';
    const first = this.#open?.epoch === epoch && offset <= this.#open.offset + 1;
    if (!first && (at?.epoch !== epoch || offset > at.offset + 1)) return 'gap';
    this.moveTo({ epoch, offset });
    return 'deliver';
  }
}
