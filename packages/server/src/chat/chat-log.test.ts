import { expect, test } from 'vitest';
import type { Draft, Submission } from '../core/log.ts';
import { LogBudget } from '../core/log-budget.ts';
import type { AppendResult, MessageStore } from '../store/chat-store.ts';
import { systemClock } from '../util/clock.ts';
import { ChatLog } from './chat-log.ts';
import { ChatRoom } from './chat-room.ts';

/** A log whose room has 5 messages on disk; `answer` is what the disk says to the next message. */
function logOf() {
  let answer: AppendResult = { status: 'unavailable' };
  const messages = {
    append: (_draft, done) => done(answer),
    page: async () => ({ messages: [], hasMore: false }),
  } as Pick<MessageStore, 'append' | 'page'> as MessageStore;
  const room = new ChatRoom({
    key: 1,
    id: 'lobby',
    name: 'Lobby',
    epoch: 'e',
    top: 5,
    createdAt: 0,
    lastActivity: 0,
    deletedAt: null,
  });
  const log = new ChatLog({ room, messages, clock: systemClock, budget: new LogBudget(1e6) });
  const say = (clientMessageId: string, result: AppendResult): Submission => {
    answer = result;
    const sender = { userId: 'u', username: 'ann', userKey: 1 };
    const draft: Draft = { content: clientMessageId, sender, clientMessageId, clientTime: null };
    const submissions: Submission[] = [];
    log.submit(draft, (submission) => submissions.push(submission));
    const [submission] = submissions;
    if (!submission) throw new Error('The log has not answered');
    return submission;
  };
  return { log, room, say };
}

function offsets(log: ChatLog): number[] {
  return log.recent(100).publications.map(({ offset }) => offset);
}

test('D5 a repetition is delivered where nobody has had the first, and to nobody otherwise', () => {
  const { say } = logOf();
  expect(say('m', { status: 'duplicate', offset: 6, timestamp: 1 })).toMatchObject({ status: 'stored' });
  expect(say('m', { status: 'duplicate', offset: 6, timestamp: 1 })).toMatchObject({ status: 'duplicate' });
});

test('D5 D18 what is new is delivered although the database has gone back in time', () => {
  const { log, room, say } = logOf();
  say('six', { status: 'stored', offset: 6, timestamp: 1 });
  expect(say('new', { status: 'stored', offset: 3, timestamp: 2 })).toMatchObject({
    status: 'stored',
    record: { offset: 3 },
  });
  expect([log.top, room.top]).toEqual([3, 3]);
  expect(offsets(log)).toEqual([3]);
});

test('D11 what was pruned is not in memory either, and the rest needs no disk', () => {
  const { log, say } = logOf();
  for (let offset = 6; offset <= 10; offset++) say(`m${offset}`, { status: 'stored', offset, timestamp: offset });
  log.prune(8);
  expect(offsets(log)).toEqual([9, 10]);
  expect(log.page(50)).toMatchObject({ publications: [{ offset: 9 }, { offset: 10 }], hasMore: false });
  expect(log.since(6, 100)).toBeInstanceOf(Promise);
});
