import type { OutboxStore, StoredOutgoing } from '@roomcast/client/chat';
import type { Tabs } from './tabs.ts';

const DATABASE = 'roomcast-chat';
const TABLE = 'outbox';

/** A message and the tab that is going to send it. */
interface Row extends StoredOutgoing {
  readonly owner: string;
}

/**
 * Messages that wait, in the browser's database: they survive a reload and a crash. All tabs share it; each message
 * belongs to the tab that wrote it, and once that is gone to the first one that asks.
 */
export class DatabaseOutboxStore implements OutboxStore {
  readonly #factory: IDBFactory;
  readonly #tabs: Tabs;
  #opened: Promise<IDBDatabase> | null = null;

  constructor(factory: IDBFactory, tabs: Tabs) {
    this.#factory = factory;
    this.#tabs = tabs;
  }

  async claim(userId: string): Promise<readonly StoredOutgoing[]> {
    const { self, ready } = this.#tabs;
    await ready;
    // Read first, then ask who is alive: an owner that was alive when it wrote, and is not now, will not come back.
    const seen = (await this.#rows('readonly', (table) => table.getAll() as IDBRequest<Row[]>)).filter(
      (row) => row.userId === userId,
    );
    const alive = await this.#tabs.alive();
    const free = seen.filter(({ owner }) => owner === self || !alive.has(owner));
    const claimed: Row[] = [];
    if (free.length > 0) await this.#take(free, claimed);
    return claimed.map(({ owner, ...message }) => message);
  }

  async put(message: StoredOutgoing): Promise<void> {
    await this.#tabs.ready;
    await this.#rows('readwrite', (table) => table.put({ ...message, owner: this.#tabs.self }));
  }

  async remove(clientMessageId: string): Promise<void> {
    await this.#rows('readwrite', (table) => table.delete(clientMessageId));
  }

  /** In one transaction: another tab may have been faster. */
  async #take(free: readonly Row[], claimed: Row[]): Promise<void> {
    await this.#rows('readwrite', (table) => {
      for (const { clientMessageId, owner } of free) {
        const request: IDBRequest<Row | undefined> = table.get(clientMessageId);
        request.onsuccess = () => {
          const row = request.result;
          if (row?.owner !== owner) return;
          const own = { ...row, owner: this.#tabs.self };
          if (owner !== own.owner) table.put(own);
          claimed.push(own);
        };
      }
      return table.count();
    });
  }

  /** Runs one transaction; resolves with the request's result once it is on disk. */
  async #rows<Result>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(TABLE, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(TABLE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = this.#factory.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: 'clientMessageId' });
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const database = request.result;
        const forget = () => {
          database.close();
          this.#opened = null;
        };
        // A newer page wants another form, or the browser was told to clear its data.
        database.onversionchange = forget;
        database.onclose = forget;
        resolve(database);
      };
    }).catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }
}
