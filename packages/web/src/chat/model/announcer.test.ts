import { expect, test } from 'vitest';
import { ManualClock } from '../../../../client/test/manual-clock.ts';
import { Announcer } from './announcer.ts';
import type { MessageItem } from './chat-model.ts';

function announcing() {
  const clock = new ManualClock();
  const announcer = new Announcer(clock);
  return { clock, announcer, said: () => announcer.list.value.map(({ text }) => text) };
}

const message = (content: string) => ({ sender: 'Bob', content }) as MessageItem;

test('one message is read out, several within a second are counted, and never more than one sentence a second', () => {
  const { clock, announcer, said } = announcing();
  announcer.arrived([message('hello')]);
  clock.advance(999);
  expect(said()).toEqual([]);
  clock.advance(1);
  expect(said()).toEqual(['Bob: hello']);
  announcer.arrived([message('a'), message('b')]);
  announcer.arrived([message('c')]);
  clock.advance(1000);
  expect(said()).toEqual(['Bob: hello', '3 new messages.']);
});

test('D8 who came and went is told by name, many by number, and whoever did both not at all', () => {
  const { clock, announcer, said } = announcing();
  announcer.joined('Ann');
  announcer.left('Bob');
  announcer.joined('Eve');
  announcer.left('Eve');
  clock.advance(1000);
  for (const name of ['A', 'B', 'C', 'D']) announcer.joined(name);
  clock.advance(1000);
  expect(said()).toEqual(['Ann joined. Bob left.', '4 people joined.']);
});

test('a sentence is said once, and a room that was left says nothing more', () => {
  const { clock, announcer, said } = announcing();
  announcer.arrived([message('hello')]);
  announcer.say('A message was not sent.');
  announcer.say('A message was not sent.');
  announcer.drop();
  clock.advance(1000);
  expect(said()).toEqual(['A message was not sent.']);
  expect(clock.waiting).toBe(0);
});
