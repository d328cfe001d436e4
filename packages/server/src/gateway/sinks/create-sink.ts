import type { Config } from '../../config/config.ts';
import type { Logger } from '../../telemetry/log.ts';
import { StartFault } from '../../util/start-fault.ts';
import { isForbidden } from './address.ts';
import type { Sink } from './sink.ts';

export type SinkSettings = Pick<
  Config,
  'forwardUrl' | 'forwardSecret' | 'forwardTopic' | 'forwardTimeout' | 'forwardConcurrency'
>;

/**
 * The sink that forwardUrl asks for; null where it asks for none. A driver is loaded only where it is used. Nothing is
 * connected yet, so that a backend which is away does not hold up the start.
 * @throws StartFault where the address is one that nothing is ever sent to
 */
export async function createSink(settings: SinkSettings, log: Logger): Promise<Sink | null> {
  const { forwardUrl, forwardSecret, forwardTopic: topic, forwardTimeout: timeout, forwardConcurrency } = settings;
  if (forwardUrl === '') return null;
  const { protocol, host, hostname, username, password, pathname } = new URL(forwardUrl);
  if (!isDecodable(username + password)) {
    throw new StartFault('forwardUrl has a % in its user or password that must be written as %25.');
  }
  if (isForbidden(hostname)) {
    throw new StartFault(`forwardUrl leads to ${hostname}, a link-local or metadata address, where nothing is sent.`);
  }
  if (protocol.startsWith('redis') && !/^\/?\d*$/.test(pathname)) {
    throw new StartFault('forwardUrl names a database of Redis that is no number: use redis://host:6379/0.');
  }
  const queue = { url: forwardUrl, name: `${protocol}//${host}`, topic, timeout, log };
  switch (protocol) {
    case 'redis:':
    case 'rediss:':
      return new (await import('./redis-stream.ts')).RedisStreamSink(queue);
    case 'amqp:':
    case 'amqps:':
      return new (await import('./rabbitmq.ts')).RabbitMqSink(queue);
    case 'nats:':
      return new (await import('./nats.ts')).NatsSink(queue);
    case 'kafka:':
      return new (await import('./kafka.ts')).KafkaSink(queue);
    default: {
      if (forwardSecret === '') log.warn('Forwarded events are not signed: forwardSecret is not set');
      const { HttpSink } = await import('./http.ts');
      return new HttpSink({ url: forwardUrl, secret: forwardSecret, timeout, connections: forwardConcurrency });
    }
  }
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
