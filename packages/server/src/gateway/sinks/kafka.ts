import { ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka';
import { inTime } from './in-time.ts';
import type { QueueSinkOptions } from './queue-sink.ts';
import { away, DELIVERED, type OutboundEvent, type Outcome, type Sink } from './sink.ts';

const DEFAULT_PORT = 9092;
/** The broker's limits, of which a message is over one. */
const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];

/** Produces each event to a topic of Kafka, confirmed by all replicas in sync. A user's events share a partition. */
export class KafkaSink implements Sink {
  readonly name: string;
  readonly #options: QueueSinkOptions;
  readonly #producer: Producer<string, string, string, string>;

  constructor(options: QueueSinkOptions) {
    this.#options = options;
    this.name = options.name;
    this.#producer = new Producer({
      ...kafkaConnection(options.url),
      clientId: 'roomcast',
      serializers: stringSerializers,
      timeout: options.timeout,
      connectTimeout: options.timeout,
      // The forwarder tries again, and knows when.
      retries: 0,
    });
  }

  async send(event: OutboundEvent): Promise<Outcome> {
    try {
      const messages = [kafkaMessage(this.#options.topic, event)];
      await inTime(this.#producer.send({ messages, acks: ProduceAcks.ALL }), this.#options.timeout);
      return DELIVERED;
    } catch (error) {
      return kafkaOutcome(error);
    }
  }

  async close(): Promise<void> {
    await this.#producer.close(true);
  }
}

/** Where `kafka://user:password@host:port?tls` leads. */
export function kafkaConnection(given: string) {
  const url = new URL(given);
  const credentials = {
    mechanism: 'PLAIN' as const,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  return {
    bootstrapBrokers: [`${url.hostname}:${url.port || DEFAULT_PORT}`],
    ...(url.username === '' ? {} : { sasl: credentials }),
    ...(url.searchParams.has('tls') ? { tls: {} } : {}),
  };
}

/** An event as a message. */
export function kafkaMessage(topic: string, { id, userId, event, body }: OutboundEvent) {
  return { topic, key: userId, value: body, headers: { 'roomcast-event-id': id, 'roomcast-event': event } };
}

/** What an error of the client means. */
export function kafkaOutcome(error: unknown): Outcome {
  if (codesOf(error).some((code) => TOO_LARGE.includes(code))) {
    return { kind: 'refused', status: null, reason: 'It is larger than Kafka takes' };
  }
  return away(`Kafka did not take it: ${(error as Error).message}`);
}

/** The client wraps what a broker said, sometimes several times. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const { apiId, errors = [], cause } = error as Error & { apiId?: string; errors?: readonly unknown[] };
  return [...(apiId === undefined ? [] : [apiId]), ...[...errors, cause].flatMap(codesOf)];
}
