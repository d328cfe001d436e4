import type { CommandId } from '@roomcast/protocol';
import type { ServerFrame } from './frames.ts';

/** Gets the answer to a command, or null where the connection was lost before there was one. */
export type ReplyHandler = (frame: ServerFrame | null) => void;

/** The commands of one connection that wait for their answer, by the id that the server echoes. */
export class Replies {
  readonly #handlers = new Map<CommandId, ReplyHandler>();

  expect(id: CommandId, handler: ReplyHandler): void {
    this.#handlers.set(id, handler);
  }

  /** Hands the frame to whom it answers. False where it answers nobody. */
  settle(frame: ServerFrame): boolean {
    const { id } = frame;
    const handler = id === undefined ? undefined : this.#handlers.get(id);
    if (!handler || id === undefined) return false;
    this.#handlers.delete(id);
    handler(frame);
    return true;
  }

  /** The connection is lost: nobody is answered any more. */
  forget(): void {
    const handlers = [...this.#handlers.values()];
    this.#handlers.clear();
    for (const handler of handlers) handler(null);
  }
}
