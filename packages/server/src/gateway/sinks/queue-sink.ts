import type { Logger } from '../../telemetry/log.ts';

/** What every sink that is a queue is made with. */
export interface QueueSinkOptions {
  /** May hold a password. */
  readonly url: string;
  /** The same without credentials, for logs. */
  readonly name: string;
  /** Stream, queue, subject or topic. */
  readonly topic: string;
  /** Milliseconds for the broker to confirm an event. */
  readonly timeout: number;
  readonly log: Logger;
}
