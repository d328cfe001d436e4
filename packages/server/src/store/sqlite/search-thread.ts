import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openReading } from './database.ts';
import { IndexBroken, SearchIndex } from './search-index.ts';
import { searchOperations } from './search-operations.ts';
import { serveCalls } from './serve-calls.ts';
import type { ThreadData } from './thread.ts';

/** The thread of searches, which may take long: apart from pages, and behind them where processors are short. */
const NICE = 19;

if (!parentPort) throw new Error('This is the file of a thread.');
// On Linux this is the thread's own priority; elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(NICE);
const data = workerData as ThreadData;

serveCalls(parentPort, open, repair);

function open() {
  const db = openReading(data);
  let index: SearchIndex | null = null;
  const close = () => {
    index?.close();
    db.close();
  };
  try {
    index = new SearchIndex(data.directory);
    return { operations: searchOperations(db, index), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** An index that cannot be used is deleted; another one is begun then. */
function repair(error: unknown): boolean {
  if (error instanceof IndexBroken) SearchIndex.delete(data.directory);
  return error instanceof IndexBroken;
}
