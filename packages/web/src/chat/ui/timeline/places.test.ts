import { expect, test } from 'vitest';
import type { MessageItem } from '../../model/chat-model.ts';
import { placesOf } from './places.ts';

const message = (key: string, offset: number | null) => ({ key, offset }) as MessageItem;

test('a message stands where its offset says, and what waits behind the last that is saved', () => {
  const messages = [message('a', 51), message('b', 52), message('c', null), message('d', null)];
  const places = placesOf({ messages, hasNewer: false });
  expect(messages.map((each) => places.of(each))).toEqual([51, 52, 53, 54]);
  expect(places.count).toBe(54);
});

test('how many there are is not known where newer ones are not here', () => {
  expect(placesOf({ messages: [message('a', 51)], hasNewer: true }).count).toBe(-1);
});

test('the first message of all is the first, before it is saved too', () => {
  const waiting = message('a', null);
  expect(placesOf({ messages: [waiting], hasNewer: false }).of(waiting)).toBe(1);
});
