import { parentPort, workerData } from 'node:worker_threads';
import { openReading } from './database.ts';
import { readOperations } from './read-operations.ts';
import { serveCalls } from './serve-calls.ts';
import type { ThreadData } from './thread.ts';

/** The thread of pages and look-ups, which are short. */
if (!parentPort) throw new Error('This is the file of a thread.');
serveCalls(parentPort, open, () => false);

function open() {
  const db = openReading(workerData as ThreadData);
  return { operations: readOperations(db), close: () => db.close() };
}
