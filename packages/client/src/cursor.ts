import type { Position } from '@roomcast/protocol';

/** What to do with a publication: give it to the listeners, drop it as known, or ask for what is missing before it. */
export type Verdict = 'deliver' | 'seen' | 'gap';

/** How far a room's log has been read. Rooms without a log have no position and everything is new. */
export class Cursor {
  #position: Position | null = null;
  /** Offsets of own publications that were acknowledged before everything up to them had arrived. */
  readonly #own = new Set<number>();

  get position(): Position | null {
    return this.#position;
  }

  /** The server's word on where the log stands, after a join or a catch-up. */
  reset(epoch: string | null, offset: number | null): void {
    this.#own.clear();
    this.#position = epoch === null || offset === null ? null : { epoch, offset };
  }

  /** Judges a publication and, where it is the next one, moves on. */
  take(epoch: string | undefined, offset: number | undefined): Verdict {
    const at = this.#position;
    if (!at || offset === undefined) return 'deliver';
    if (epoch !== at.epoch) return 'gap';
    if (offset <= at.offset) return 'seen';
    if (offset > at.offset + 1) return 'gap';
    this.#moveTo(at, offset);
    return 'deliver';
  }

  /**
   * Counts an own publication, which the server acknowledges but does not send back. During a catch-up the
   * acknowledgement overtakes what others published before; then the offset is kept until those have come.
   */
  acknowledge(epoch: string | null, offset: number | null): void {
    const at = this.#position;
    if (!at || epoch !== at.epoch || offset === null || offset <= at.offset) return;
    this.#own.add(offset);
    this.#moveTo(at, at.offset);
  }

  /** Whether this is an own publication that comes back in a replay. */
  isOwn(offset: number | undefined): boolean {
    return offset !== undefined && this.#own.has(offset);
  }

  #moveTo({ epoch }: Position, offset: number): void {
    let top = offset;
    while (this.#own.delete(top + 1)) top++;
    this.#position = { epoch, offset: top };
  }
}
