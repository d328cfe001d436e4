import { expect, test } from 'vitest';
import { Person } from './people.ts';

const RATES = { messages: 0, switches: 0, creations: 0 };

test('D17 of the rooms that a user dropped out of, the latest twenty are remembered', () => {
  const identity = { userKey: 1, userId: 'u', username: 'ann', sessionHash: 'h' };
  const person = new Person(identity, RATES, async () => new Map());
  for (let i = 1; i <= 20; i++) person.droppedFrom(`chat:${i}`);
  person.droppedFrom('chat:1');
  person.droppedFrom('chat:21');
  expect(person.isDroppedFrom('chat:1')).toBe(true);
  expect(person.isDroppedFrom('chat:2')).toBe(false);
  expect(person.isDroppedFrom('chat:21')).toBe(true);
  person.returnedTo('chat:21');
  expect(person.isDroppedFrom('chat:21')).toBe(false);
});
