/** Where somebody was reading: the first message that was seen whole, so many pixels below the upper edge. */
export interface Position {
  readonly key: string;
  readonly pixels: number;
}

const MOST_ROOMS = 50;

/** Where rooms were left, so that coming back is coming back to the same line. */
export class Positions {
  readonly #rooms = new Map<string, Position>();

  /** Null: at the end, which needs no remembering. */
  keep(room: string, position: Position | null): void {
    this.#rooms.delete(room);
    if (position === null) return;
    this.#rooms.set(room, position);
    const oldest = this.#rooms.size > MOST_ROOMS ? this.#rooms.keys().next().value : undefined;
    if (oldest !== undefined) this.#rooms.delete(oldest);
  }

  of(room: string): Position | null {
    return this.#rooms.get(room) ?? null;
  }
}

export const positions = new Positions();
