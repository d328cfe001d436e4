import { expect, test } from 'vitest';
import { Typing } from './typing.ts';

const [phone, laptop, other] = [{ phone: true }, { laptop: true }, { other: true }];

test('D9 only changes are reported: the first start and the last stop of a user', () => {
  const typing = new Typing<object>();
  expect(typing.start('r', 'ann', phone).changed).toBe(true);
  expect(typing.start('r', 'ann', phone).changed).toBe(false);
  expect(typing.start('r', 'ann', laptop).changed).toBe(false);
  expect(typing.stop('r', 'ann', phone)).toBe(false);
  expect(typing.stop('r', 'ann', laptop)).toBe(true);
  expect(typing.stop('r', 'ann', laptop)).toBe(false);
  expect(typing.size).toBe(0);
});

test('D9 a stop that belongs to an older start never clears a newer one', () => {
  const typing = new Typing<object>();
  const { start } = typing.start('r', 'ann', phone);
  const renewed = typing.start('r', 'ann', phone).start;
  expect(typing.stop('r', 'ann', phone, start)).toBe(false);
  expect(typing.in('r')).toEqual(['ann']);
  expect(typing.stop('r', 'ann', phone, renewed)).toBe(true);
});

test('D9 a late joiner can be told who types, in the order in which they began', () => {
  const typing = new Typing<object>();
  typing.start('r', 'ann', phone);
  typing.start('r', 'ben', other);
  typing.start('s', 'cid', other);
  expect(typing.in('r')).toEqual(['ann', 'ben']);
  expect(typing.in('nowhere')).toEqual([]);
});
