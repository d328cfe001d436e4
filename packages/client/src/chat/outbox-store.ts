import type { StoredOutgoing } from './outgoing.ts';

/**
 * Where messages wait until the server has them. Several clients may share one store (the tabs of a browser): each
 * message belongs to one of them at a time, and to another only after its owner is gone.
 */
export interface OutboxStore {
  /** This user's messages that are this client's, and those whose owner is gone: they are this client's from now on. */
  claim(userId: string): Promise<readonly StoredOutgoing[]>;
  /** Adds or replaces, by `clientMessageId`. The message is safe once the promise resolves. */
  put(message: StoredOutgoing): Promise<void>;
  remove(clientMessageId: string): Promise<void>;
}

/** Keeps messages as long as the program runs. */
export class MemoryOutboxStore implements OutboxStore {
  readonly #messages = new Map<string, StoredOutgoing>();

  async claim(userId: string): Promise<readonly StoredOutgoing[]> {
    return [...this.#messages.values()].filter((message) => message.userId === userId);
  }

  async put(message: StoredOutgoing): Promise<void> {
    this.#messages.set(message.clientMessageId, message);
  }

  async remove(clientMessageId: string): Promise<void> {
    this.#messages.delete(clientMessageId);
  }
}
