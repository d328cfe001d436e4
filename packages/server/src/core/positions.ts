import { newId } from '../util/ids.ts';

/** A place in the order of all publications: what a client that is in many rooms has to remember. */
export interface GlobalPosition {
  /** Names the life of the process. */
  readonly life: string;
  /** The last publication of a log in memory; means something within one life only. */
  readonly memory: number;
  /** The last publication of a log on disk. */
  readonly stored: number;
}

const FORM = /^([\w-]{8})\.(\d{1,15})\.(\d{1,15})$/;

/**
 * How far publications have been delivered, over all rooms. A client of Socket.IO remembers one position and not one per
 * room. That is enough, because each connection is written its publications in this order (see `Fanout`), so that the
 * last one it got says all that it got.
 */
export class Positions {
  readonly life = newId().slice(0, 8);
  #memory = 0;
  #stored = 0;
  #text: string | null = null;

  get memory(): number {
    return this.#memory;
  }

  get stored(): number {
    return this.#stored;
  }

  /** As clients remember it. */
  get text(): string {
    this.#text ??= `${this.life}.${this.#memory}.${this.#stored}`;
    return this.#text;
  }

  /** The number of the next publication of a log in memory, which is delivered in the same step. */
  nextInMemory(): number {
    this.#text = null;
    return ++this.#memory;
  }

  /** A publication of a log on disk is delivered. They come in the order of their numbers. */
  reachStored(sequence: number): void {
    this.#text = null;
    this.#stored = sequence;
  }
}

/** What a client remembered, or null where that is no position of ours. */
export function parsePosition(text: string): GlobalPosition | null {
  const [, life, memory, stored] = FORM.exec(text) ?? [];
  return life === undefined ? null : { life, memory: Number(memory), stored: Number(stored) };
}
