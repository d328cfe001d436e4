import { expect, test } from 'vitest';
import type { MessageItem } from './chat-model.ts';
import { MOST, TimelineWindow } from './timeline-window.ts';

const START = Date.UTC(2026, 0, 1);

/** Message `offset` of Bob, said in that second. */
function item(offset: number | null, more: Partial<MessageItem> = {}): MessageItem {
  return {
    key: `bob ${offset}`,
    offset,
    userId: 'bob',
    sender: 'Bob',
    own: false,
    content: `${offset}`,
    time: new Date(START + (offset ?? 0) * 1000),
    mark: offset === null ? 'unsaved' : 'sent',
    failure: null,
    mentionsMe: false,
    ...more,
  };
}

function range(first: number, last: number): MessageItem[] {
  return Array.from({ length: last - first + 1 }, (_, index) => item(first + index));
}

function own(id: string, at: number, more: Partial<MessageItem> = {}): MessageItem {
  return item(null, { key: `ann ${id}`, own: true, mark: 'pending', time: new Date(START + at), content: id, ...more });
}

function showing(first: number, last: number, top = last): TimelineWindow {
  const window = new TimelineWindow(false);
  window.reset(range(first, last), first > 1, last < top, top);
  return window;
}

const contents = (window: TimelineWindow) => window.items.map(({ content }) => content).join(' ');
const bounds = (window: TimelineWindow) => [window.first, window.last, window.hasOlder, window.hasNewer];

test('D3 messages stand in the order of their offsets, with what has none yet behind them', () => {
  const window = showing(1, 2);
  window.set(own('b', 2));
  window.set(own('a', 1));
  window.append([item(3)], false);
  window.append([item(null, { key: 'bob x', content: 'loose', time: new Date(START + 9) })], false);
  expect(contents(window)).toBe('1 2 3 loose a b');
});

test('FR-012 a message of one’s own takes its place under the same key once it is saved', () => {
  const window = showing(1, 2);
  window.set(own('a', 1));
  window.append([item(3)], false);
  window.set(own('a', 1, { offset: 4, mark: 'sent' }));
  expect(window.items.map(({ key, mark }) => `${key} ${mark}`).at(-1)).toBe('ann a sent');
  expect(contents(window)).toBe('1 2 3 a');
  expect(window.top).toBe(4);
});

test('EC-5 a message that is shown as saved does not come back as pending', () => {
  const window = showing(1, 2);
  window.append([item(3, { key: 'ann a', own: true, content: 'a' })], false);
  window.set(own('a', 1));
  expect(contents(window)).toBe('1 2 a');
});

test('D18 a message without an offset is replaced in place by the same with one', () => {
  const window = showing(1, 2);
  window.append([item(null, { key: 'bob x', content: 'x' })], false);
  window.append([item(3, { key: 'bob x', content: 'x' })], false);
  expect(window.items.map(({ key, offset }) => `${key} ${offset}`)).toEqual(['bob 1 1', 'bob 2 2', 'bob x 3']);
});

test('D5 what comes twice is shown once, and what an acknowledgement had overtaken finds its place', () => {
  const window = showing(1, 2);
  window.set(own('a', 1, { offset: 5, mark: 'sent' }));
  window.append([item(3), item(4), item(3)], false);
  window.append([item(2), item(4)], false);
  expect(contents(window)).toBe('1 2 3 4 a');
});

test('UI-009 older pages are put in front, newer ones behind, and the window says what there is beyond', () => {
  const window = showing(101, 150, 300);
  expect(bounds(window)).toEqual([101, 150, true, true]);
  window.prepend(range(51, 100), true);
  window.extend(range(151, 200), true);
  expect(bounds(window)).toEqual([51, 200, true, true]);
  window.prepend(range(1, 50), false);
  window.extend(range(201, 300), false);
  expect(bounds(window)).toEqual([1, 300, false, false]);
  expect(window.items).toHaveLength(300);
});

test('live messages are not put behind a window that ends earlier, and are there when it is led up to them', () => {
  const window = showing(1, 50, 100);
  window.append(range(101, 103), false);
  expect(window.last).toBe(50);
  expect(window.top).toBe(103);
  window.extend(range(51, 100), false);
  expect(bounds(window)).toEqual([1, 103, false, false]);
});

test('what is being sent is shown at the end of the room alone', () => {
  const window = showing(1, 50, 100);
  window.set(own('a', 1));
  expect(window.items).toHaveLength(50);
  window.reset(range(51, 100), true, false);
  expect(contents(window).endsWith('100 a')).toBe(true);
});

test('a page that was read before the last messages were said closes up with them', () => {
  const window = showing(1, 50, 1000);
  window.append(range(1001, 1010), false);
  window.reset(range(951, 1000), true, false);
  expect(bounds(window)).toEqual([951, 1010, true, false]);
});

test('a page that does not reach the messages that are known leaves a window that does not reach the end', () => {
  const window = showing(1, 50, 1000);
  window.append(range(1001, 1010), false);
  window.reset(range(901, 950), true, false);
  expect(bounds(window)).toEqual([901, 950, true, true]);
});

test('the window never holds more than its bound, and lets go of what is farther from the reader', () => {
  const window = showing(1, MOST);
  window.append(range(MOST + 1, MOST + 10), false);
  expect(bounds(window)).toEqual([11, MOST + 10, true, false]);
  window.prepend(range(1, 10), false);
  expect(bounds(window)).toEqual([1, MOST, false, true]);
  expect(window.items).toHaveLength(MOST);
  window.extend(range(MOST + 1, MOST + 10), false);
  expect(bounds(window)).toEqual([11, MOST + 10, true, false]);
});

test('a full window in which somebody reads above stays as it is, and the room goes on without it', () => {
  const window = showing(1, MOST);
  window.append(range(MOST + 1, MOST + 10), true);
  expect(bounds(window)).toEqual([1, MOST, false, true]);
});

test('FR-008 in preset `open` the clocks of the senders give the order, offsets decide between equals', () => {
  const window = new TimelineWindow(true);
  const at = (offset: number, seconds: number) => item(offset, { time: new Date(START + seconds * 1000) });
  window.reset([at(2, 1), at(1, 5)], false, false);
  window.append([at(3, 3), at(4, 5)], false);
  expect(contents(window)).toBe('2 3 1 4');
  expect([window.first, window.last]).toEqual([1, 4]);
});

test('the divider stands in front of the first unread message of others, as long as that is in the window', () => {
  const window = showing(51, 100);
  window.append([item(101, { own: true }), item(102)], false);
  expect(window.firstUnread(100)).toBe('bob 102');
  expect(window.firstUnread(102)).toBeNull();
  expect(window.firstUnread(50)).toBe('bob 51');
  expect(window.firstUnread(20)).toBeNull();
});

test('a room that begins anew forgets its old log', () => {
  const window = showing(1, 50);
  window.restart();
  window.reset([item(1, { content: 'new' })], false, false, 1);
  expect(contents(window)).toBe('new');
  expect(bounds(window)).toEqual([1, 1, false, false]);
});

test('ten thousand arrivals in batches of a frame are taken in well under the time of their frames', () => {
  const window = showing(1, 50);
  const begun = performance.now();
  for (let offset = 51; offset < 10_051; offset += 160) {
    window.append(range(offset, offset + 159), false);
    void window.items;
  }
  // 63 frames of 16 ms are a second; half of it is a bound that only something quadratic breaks.
  expect(performance.now() - begun).toBeLessThan(500);
});
