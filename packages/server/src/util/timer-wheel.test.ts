import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerWheel, type WheelItem } from './timer-wheel.ts';

interface Item extends WheelItem {
  readonly name: string;
}

const item = (name = ''): Item => ({ name, wheelSlot: -1, wheelTurns: 0 });

/** A wheel that notes at which tick each item was due. `next` says when it is due again, 0 = never. */
function wheelOf(slots = 8, next: (item: Item) => number = () => 0) {
  const due: [string, number][] = [];
  let now = 0;
  const wheel = new TimerWheel<Item>({
    slots,
    onDue(one) {
      due.push([one.name, now]);
      return next(one);
    },
  });
  const advance = (ticks: number): void => {
    for (let i = 0; i < ticks; i++) {
      now++;
      wheel.advance();
    }
  };
  return { wheel, due, advance };
}

test('D12 an item is due after its delay, within a turn, at exactly a turn and beyond it', () => {
  for (const delay of [1, 2, 7, 8, 9, 15, 16, 17, 24, 100]) {
    const { wheel, due, advance } = wheelOf();
    advance(3);
    wheel.add(item('a'), delay);
    advance(delay - 1);
    expect(due).toEqual([]);
    advance(1);
    expect(due).toEqual([['a', 3 + delay]]);
    advance(100);
    expect({ times: due.length, size: wheel.size }).toEqual({ times: 1, size: 0 });
  }
});

test('an item without a delay is due with the next tick', () => {
  const { wheel, due, advance } = wheelOf();
  wheel.add(item('a'), 0);
  wheel.add(item('b'), -5);
  wheel.add(item('c'), 0.2);
  advance(1);
  expect(due.map(([name]) => name)).toEqual(['a', 'b', 'c']);
});

test('an item comes again for as long as it asks to', () => {
  let left = 3;
  const { wheel, due, advance } = wheelOf(8, () => (left-- > 0 ? 8 : 0)); // a full turn: the very same slot
  wheel.add(item('a'), 8);
  advance(100);
  expect(due.map(([, at]) => at)).toEqual([8, 16, 24, 32]);
  expect(wheel.size).toBe(0);
});

test('what is removed is not due, be it by another item in the same tick', () => {
  const [a, b] = [item('a'), item('b')];
  const { wheel, due, advance } = wheelOf(8, () => {
    wheel.remove(b);
    return 0;
  });
  wheel.add(a, 3);
  wheel.add(b, 3);
  advance(20);
  expect(due).toEqual([['a', 3]]);
  wheel.remove(b); // harmless twice
  expect(wheel.size).toBe(0);
});

test('what is added again is moved', () => {
  const { wheel, due, advance } = wheelOf();
  const a = item('a');
  wheel.add(a, 3);
  wheel.add(a, 5);
  expect(wheel.size).toBe(1);
  advance(20);
  expect(due).toEqual([['a', 5]]);
});

test('an item that is removed while it is due stays away, whatever its callback answers', () => {
  const a = item('a');
  const { wheel, due, advance } = wheelOf(8, () => {
    wheel.remove(a);
    return 2;
  });
  wheel.add(a, 1);
  advance(20);
  expect({ times: due.length, size: wheel.size, slot: a.wheelSlot }).toEqual({ times: 1, size: 0, slot: -1 });
});

test('D19 any number of items are due at their own times', () => {
  const property = fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 50 }), (delays) => {
    const { wheel, due, advance } = wheelOf();
    for (const [i, delay] of delays.entries()) wheel.add(item(`${i}`), delay);
    expect(wheel.size).toBe(delays.length);
    advance(60);
    expect(new Map(due)).toEqual(new Map(delays.map((delay, i) => [`${i}`, delay])));
    expect(wheel.size).toBe(0);
  });
  fc.assert(property, { seed: 3, numRuns: 200 });
});
