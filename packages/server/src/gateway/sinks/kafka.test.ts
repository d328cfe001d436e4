import { expect, test } from 'vitest';
import { kafkaConnection, kafkaMessage, kafkaOutcome } from './kafka.ts';

test('G10.5 an event is a message whose key is its user, so that a user’s events stay in order', () => {
  const event = { id: 'e1', userId: '42', event: 'order', body: '{"é":1}' };
  expect(kafkaMessage('shop', event)).toEqual({
    topic: 'shop',
    key: '42',
    value: '{"é":1}',
    headers: { 'roomcast-event-id': 'e1', 'roomcast-event': 'order' },
  });
});

test('the address says where the broker is, who asks, and whether over TLS', () => {
  expect(kafkaConnection('kafka://broker')).toEqual({ bootstrapBrokers: ['broker:9092'] });
  expect(kafkaConnection('kafka://ann:p%40ss@broker:9000?tls')).toEqual({
    bootstrapBrokers: ['broker:9000'],
    sasl: { mechanism: 'PLAIN', username: 'ann', password: 'p@ss' },
    tls: {},
  });
});

test('G9.3 only what is too large is refused for good, however deep the reason lies', () => {
  const tooLarge = Object.assign(new Error('too large'), { apiId: 'MESSAGE_TOO_LARGE' });
  const wrapped = new AggregateError([new Error('x', { cause: new AggregateError([tooLarge]) })]);
  expect(kafkaOutcome(wrapped)).toMatchObject({ kind: 'refused' });
  const away = Object.assign(new Error('no leader'), { apiId: 'LEADER_NOT_AVAILABLE' });
  expect(kafkaOutcome(new AggregateError([away], 'producing failed'))).toMatchObject({ kind: 'away', isGeneral: true });
});
