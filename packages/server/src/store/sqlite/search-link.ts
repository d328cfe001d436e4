import type { Logger } from '../../telemetry/log.ts';
import type { SearchQuery, StoredMessage } from '../chat-store.ts';
import type { RequestPage, RequestQuery } from '../webhook-store.ts';
import { fromColumns } from './message-rows.ts';
import type { SearchOperations } from './search-operations.ts';
import { SearchTurns } from './search-turns.ts';
import type { ThreadData } from './thread.ts';
import { ThreadCalls } from './thread-calls.ts';

/** Milliseconds that messages wait for the index. A search takes in by itself what is missing, so this keeps that small. */
const DELAY = 200;

/** The searching thread, seen from the main thread. */
export class SearchLink {
  readonly #calls: ThreadCalls<SearchOperations>;
  readonly #turns = new SearchTurns();
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;
  #isFailing = false;
  #isClosed = false;

  constructor(data: ThreadData, log: Logger) {
    this.#calls = new ThreadCalls('search-thread', data, log);
    this.#log = log;
  }

  /** Messages were stored, which are to be indexed soon. */
  noteStored(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.#index(), DELAY).unref();
  }

  async search(
    query: SearchQuery,
  ): Promise<{ readonly messages: readonly StoredMessage[]; readonly cursor: string | null }> {
    const { columns, cursor } = await this.#calls.call('search', query);
    return { messages: fromColumns(columns), cursor };
  }

  /** Looks through what a webhook has captured. @throws the signal's reason where it has not begun by then: rejects */
  requests({ signal, ...query }: RequestQuery): Promise<RequestPage> {
    return this.#turns.take(() => this.#calls.call('requests', query), signal);
  }

  /** Messages were pruned. What cannot be taken out of the index is passed over by searches. */
  forget(seqs: readonly number[]): void {
    this.#calls.call('forget', seqs).catch((error: unknown) => this.#failed(error));
  }

  close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    return this.#calls.close();
  }

  async #index(): Promise<void> {
    try {
      await this.#calls.call('index');
      this.#isFailing = false;
    } catch (error) {
      this.#failed(error);
    }
    this.#timer = null;
  }

  /** Said once per spell of trouble. The next messages try again. */
  #failed(error: unknown): void {
    if (!this.#isFailing && !this.#isClosed) this.#log.warn({ err: error }, 'The search index cannot be written');
    this.#isFailing = true;
  }
}
