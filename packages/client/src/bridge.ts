import type { Ack, PublishOptions, Room, RoomEvents } from './types.ts';

/** A room of the namespace `bridge:`: open to anybody with its name, without history and presence. */
export interface Bridge {
  /** `bridge:name`. */
  readonly name: string;
  readonly joined: boolean;
  on<Name extends keyof RoomEvents>(event: Name, listener: (...details: RoomEvents[Name]) => unknown): () => void;
  /** Sends `data` to everybody else in the room, as it is. */
  send(data: unknown, options?: PublishOptions): Promise<Ack>;
  leave(): Promise<void>;
}

export class BridgeRoom implements Bridge {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  get name(): string {
    return this.#room.name;
  }

  get joined(): boolean {
    return this.#room.joined;
  }

  on<Name extends keyof RoomEvents>(event: Name, listener: (...details: RoomEvents[Name]) => unknown): () => void {
    return this.#room.on(event, listener);
  }

  send(data: unknown, options?: PublishOptions): Promise<Ack> {
    return this.#room.publish(data, options);
  }

  leave(): Promise<void> {
    return this.#room.leave();
  }
}
