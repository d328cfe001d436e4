import { createClient, ErrorReply } from 'redis';
import type { Logger } from '../../telemetry/log.ts';
import { inTime } from './in-time.ts';
import type { QueueSinkOptions } from './queue-sink.ts';
import { away, DELIVERED, type OutboundEvent, type Outcome, type Sink } from './sink.ts';

type Client = ReturnType<typeof createClient>;

const LONGEST_PAUSE = 5000;

/** Adds each event to a Redis stream, which is never cut here: whoever reads it trims it. */
export class RedisStreamSink implements Sink {
  readonly name: string;
  readonly #options: QueueSinkOptions;
  readonly #client: Client;
  #lastFault = '';

  constructor(options: QueueSinkOptions) {
    this.#options = options;
    this.name = options.name;
    this.#client = createClient({
      url: options.url,
      // What waits is in the outbox already.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: options.timeout,
        reconnectStrategy: (retries) =>
          Math.min(LONGEST_PAUSE, 50 * 2 ** Math.min(retries, 10)) * (0.5 + Math.random() / 2),
      },
    });
    this.#client.on('error', (error: Error) => {
      this.#lastFault = error.message;
    });
    this.#client.on('ready', () => void warnOfLoss(this.#client, options.log));
    this.#client.connect().catch(() => {}); // it goes on trying, and 'error' has told
  }

  async send({ id, userId, event, body }: OutboundEvent): Promise<Outcome> {
    if (!this.#client.isReady) return away(`Redis cannot be reached: ${this.#lastFault || 'not connected yet'}`);
    try {
      const added = this.#client.xAdd(this.#options.topic, '*', { id, userId, event, body });
      await inTime(added, this.#options.timeout);
      return DELIVERED;
    } catch (error) {
      const prefix = error instanceof ErrorReply ? 'Redis refused' : 'Redis did not answer';
      return away(`${prefix}: ${(error as Error).message}`);
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }
}

/** Says when Redis is set up so that it forgets what it has confirmed. */
async function warnOfLoss(client: Client, log: Logger): Promise<void> {
  try {
    const info = await client.info();
    const setting = (key: string) => new RegExp(`^${key}:(.*)$`, 'm').exec(info)?.[1]?.trim();
    const policy = setting('maxmemory_policy');
    if (setting('aof_enabled') === '0') {
      log.warn('Redis keeps the stream of events in memory (appendonly is off): its restart can lose events');
    }
    if (policy !== undefined && policy !== 'noeviction' && setting('maxmemory') !== '0') {
      log.warn({ policy }, 'Redis may evict the stream of events: set maxmemory-policy to noeviction');
    }
  } catch {
    // It may not be allowed to ask.
  }
}
