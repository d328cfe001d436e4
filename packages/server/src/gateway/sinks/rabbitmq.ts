import { setImmediate } from 'node:timers/promises';
import { Connection, type Publisher } from 'rabbitmq-client';
import { newId } from '../../util/ids.ts';
import { inTime } from './in-time.ts';
import type { QueueSinkOptions } from './queue-sink.ts';
import { away, DELIVERED, type OutboundEvent, type Outcome, type Sink } from './sink.ts';

/** AMQP's short strings, in bytes. */
const SHORT_STRING = 255;
const FRAME = 65_536;

/** Puts each event into a durable queue of RabbitMQ, persistent and confirmed. */
export class RabbitMqSink implements Sink {
  readonly name: string;
  readonly #options: QueueSinkOptions;
  readonly #connection: Connection;
  readonly #publisher: Publisher;
  /** Messages that no queue took: RabbitMQ confirms them all the same. */
  readonly #returned = new Set<string>();
  #declared: Promise<void> | null = null;
  #lastFault = '';

  constructor(options: QueueSinkOptions) {
    this.#options = options;
    this.name = options.name;
    this.#connection = new Connection({
      url: withUser(options.url),
      connectionName: 'Roomcast',
      connectionTimeout: options.timeout,
      acquireTimeout: options.timeout,
      frameMax: FRAME,
      retryLow: 200,
      retryHigh: 5000,
    });
    this.#connection.on('error', (error: Error) => {
      this.#declared = null;
      this.#lastFault = error.message;
    });
    this.#publisher = this.#connection.createPublisher({ confirm: true });
    this.#publisher.on('basic.return', ({ correlationId }) => this.#returned.add(String(correlationId)));
  }

  async send(event: OutboundEvent): Promise<Outcome> {
    if (!this.#connection.ready && this.#lastFault !== '')
      return away(`RabbitMQ cannot be reached: ${this.#lastFault}`);
    try {
      await inTime(this.#publish(event), this.#options.timeout);
      return DELIVERED;
    } catch (error) {
      this.#declared = null;
      return away(`RabbitMQ did not take it: ${(error as Error).message}`);
    }
  }

  async close(): Promise<void> {
    // It waits for confirmations, which may never come.
    await inTime(this.#connection.close(), 1000).catch(() => this.#connection.unsafeDestroy());
  }

  async #publish({ id, userId, event, body }: OutboundEvent): Promise<void> {
    this.#declared ??= this.#declare();
    await this.#declared;
    const correlationId = newId();
    const envelope = {
      routingKey: this.#options.topic,
      durable: true,
      mandatory: true,
      contentType: 'application/json',
      correlationId,
      headers: { id, userId, event },
      ...(Buffer.byteLength(id) <= SHORT_STRING ? { messageId: id } : {}),
    };
    await this.#publisher.send(envelope, Buffer.from(body));
    // The driver tells of what came back a turn later than of its confirmation.
    await setImmediate();
    if (this.#returned.delete(correlationId)) throw new Error('the queue is gone');
  }

  /** A queue that exists may be of whatever kind; otherwise a durable one is made. */
  async #declare(): Promise<void> {
    const { topic: queue } = this.#options;
    try {
      await this.#connection.queueDeclare({ queue, passive: true });
    } catch (error) {
      if ((error as { code?: string }).code !== 'NOT_FOUND') throw error;
      await this.#connection.queueDeclare({ queue, durable: true });
    }
    this.#lastFault = '';
  }
}

/** Without a user it is the one that RabbitMQ has for its own machine. */
function withUser(given: string): string {
  const url = new URL(given);
  if (url.username === '') {
    url.username = 'guest';
    url.password = 'guest';
  }
  return url.href;
}
