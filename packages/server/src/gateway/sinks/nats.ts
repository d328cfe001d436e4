import { type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { inTime } from './in-time.ts';
import type { QueueSinkOptions } from './queue-sink.ts';
import { headerValue } from './signature.ts';
import { away, DELIVERED, type OutboundEvent, type Outcome, type Sink } from './sink.ts';

/** Publishes each event to a subject of NATS JetStream, and makes a stream for it where there is none. */
export class NatsSink implements Sink {
  readonly name: string;
  readonly #options: QueueSinkOptions;
  #connection: NatsConnection | null = null;
  #opening: Promise<JetStreamClient> | null = null;
  #isConnected = false;

  constructor(options: QueueSinkOptions) {
    this.#options = options;
    this.name = options.name;
  }

  async send(event: OutboundEvent): Promise<Outcome> {
    // What is published while it reconnects would wait there until it is too late.
    if (this.#connection && !this.#isConnected) return away('NATS cannot be reached: it is reconnecting');
    const largest = this.#connection?.info?.max_payload;
    const payload = Buffer.from(event.body);
    if (largest !== undefined && payload.length > largest) {
      return { kind: 'refused', status: null, reason: `It is larger than NATS takes (${largest} bytes)` };
    }
    try {
      await inTime(this.#publish(event, payload), this.#options.timeout);
      return DELIVERED;
    } catch (error) {
      return away(`NATS did not take it: ${(error as Error).message}`);
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #publish({ id, userId, event }: OutboundEvent, payload: Buffer): Promise<void> {
    this.#opening ??= this.#open();
    try {
      const client = await this.#opening;
      const fields = headers();
      fields.set('Roomcast-Event-Id', headerValue(id));
      fields.set('Roomcast-Event', headerValue(event));
      // JetStream leaves out what it has seen within the last minutes; ids of two users may be the same.
      const msgID = headerValue(`${userId}/${id}`);
      await client.publish(this.#options.topic, payload, { msgID, headers: fields, timeout: this.#options.timeout });
    } catch (error) {
      this.#opening = null; // the stream may be gone
      throw error;
    }
  }

  async #open(): Promise<JetStreamClient> {
    const connection = this.#connection ?? (await this.#connect());
    const { topic } = this.#options;
    const { streams } = await jetstreamManager(connection);
    try {
      await streams.find(topic);
    } catch {
      await streams.add({ name: topic.replace(/[^\w-]/g, '_'), subjects: [topic] });
    }
    return jetstream(connection);
  }

  async #connect(): Promise<NatsConnection> {
    const url = new URL(this.#options.url);
    const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    const credentials = pass === '' ? (user === '' ? {} : { token: user }) : { user, pass };
    const connection = await connect({
      servers: url.host,
      name: 'Roomcast',
      timeout: this.#options.timeout,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      reconnectJitter: 500,
      ...(url.searchParams.has('tls') ? { tls: {} } : {}),
      ...credentials,
    });
    this.#connection = connection;
    this.#isConnected = true;
    void this.#watch(connection);
    return connection;
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') this.#isConnected = false;
      else if (type === 'reconnect') this.#isConnected = true;
    }
    // Closed for good, as after a refused password: the next try connects anew.
    this.#connection = null;
    this.#opening = null;
  }
}
