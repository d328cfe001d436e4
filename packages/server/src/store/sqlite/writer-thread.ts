import { parentPort, workerData } from 'node:worker_threads';
import { toFault } from './faults.ts';
import type { PostedBatch, ThreadData, WriterReply, WriterRequest } from './thread.ts';
import { Writer } from './writer.ts';

/** The writing thread: answers each request in its order, and looks after the write-ahead log in between. */

/** Pages of the write-ahead log after which it is brought into the database, roughly counted. */
const CHECKPOINT = 2000;
/** Readers can keep the log from starting over for ever; when it is as large as this, the writer waits for them. */
const LARGE = 16_000;
/** Pages that a batch and a write of it touch besides those for what is written, roughly. */
const PER_BATCH = 4;
const PER_WRITE = 2;
const PAGE = 4096;

const port = parentPort;
if (!port) throw new Error('This is the file of a thread.');
const answer = (reply: WriterReply) => port.postMessage(reply);

try {
  serve(new Writer(workerData as ThreadData));
} catch (error) {
  answer({ kind: 'opened', fault: toFault(error) });
}

function serve(writer: Writer): void {
  let pages = 0;
  port?.on('message', (request: WriterRequest) => {
    switch (request.kind) {
      case 'batch':
        answer(writer.write(request));
        pages += pagesOf(request);
        if (pages > CHECKPOINT) pages = tryCheckpoint(writer);
        return;
      case 'probe':
        return answer(writer.probe());
      case 'close':
        writer.close();
        port.close();
    }
  });
  answer({ kind: 'opened', fault: null, instance: writer.instance });
}

function pagesOf({ texts, operations, bytes }: PostedBatch): number {
  return PER_BATCH + (texts.length / 2 + operations.length) * PER_WRITE + Math.ceil(bytes / PAGE);
}

/** Returns the pages that stay in the log, where they are as safe: a reader may still need its older ones. */
function tryCheckpoint(writer: Writer): number {
  try {
    const left = writer.checkpoint('PASSIVE');
    return left > LARGE ? writer.checkpoint('RESTART') : left;
  } catch {
    return 0;
  }
}
