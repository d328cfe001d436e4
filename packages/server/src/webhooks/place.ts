import { groupOf } from '../http/admission.ts';

/** A body on its way in. */
export interface Incoming {
  /** Of who sends it. */
  readonly address: string;
  /** Bytes of it that have come. */
  readonly length: number;
  /** Breaks it off: there is no place for it. What has come of it is forgotten. */
  drop(): void;
}

interface Sender {
  bytes: number;
  /** The one that has brought nothing for longest is first. */
  readonly bodies: Set<Incoming>;
}

/** Bytes that a body has to bring before it is taken for one that goes on: who brings less in a second is slow. */
const PROGRESS = 1024;

/**
 * The memory for bodies that come in, which strangers share. Nobody is refused because others are slow: where all of it
 * is taken, the sender that holds most gives the body that goes on slowest. While there is place for all, everybody may
 * take as long as the server waits for a request.
 */
export class Place {
  readonly #capacity: number;
  readonly #senders = new Map<string, Sender>();
  /** Bytes that each body has brought since it was last put at the end. */
  readonly #brought = new Map<Incoming, number>();
  #taken = 0;

  /** @param capacity bytes */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Bytes of bodies that come in, and of those that are there and not released. */
  get taken(): number {
    return this.#taken;
  }

  /** A body has brought something, which `length` includes. It may have been dropped when this returns. */
  take(body: Incoming, bytes: number): void {
    const sender = this.#senderOf(body);
    sender.bytes += bytes;
    this.#taken += bytes;
    const brought = (this.#brought.get(body) ?? PROGRESS) + bytes;
    if (brought >= PROGRESS) {
      sender.bodies.delete(body);
      sender.bodies.add(body);
    }
    this.#brought.set(body, brought >= PROGRESS ? 0 : brought);
    while (this.#taken > this.#capacity) {
      const slowest = this.#slowest();
      if (!slowest) break;
      this.end(slowest);
      this.#taken -= slowest.length;
      slowest.drop();
    }
  }

  /** Nothing more comes of a body; what came of it counts until it is released. */
  end(body: Incoming): void {
    if (!this.#brought.delete(body)) return;
    const sender = this.#senderOf(body);
    sender.bytes -= body.length;
    sender.bodies.delete(body);
    if (sender.bodies.size === 0) this.#senders.delete(groupOf(body.address));
  }

  release(bytes: number): void {
    this.#taken -= bytes;
  }

  #senderOf({ address }: Incoming): Sender {
    const key = groupOf(address);
    const known = this.#senders.get(key);
    if (known) return known;
    const sender = { bytes: 0, bodies: new Set<Incoming>() };
    this.#senders.set(key, sender);
    return sender;
  }

  #slowest(): Incoming | null {
    let fullest: Sender | null = null;
    for (const sender of this.#senders.values()) {
      if (!fullest || sender.bytes > fullest.bytes) fullest = sender;
    }
    for (const body of fullest?.bodies ?? []) return body;
    return null;
  }
}
