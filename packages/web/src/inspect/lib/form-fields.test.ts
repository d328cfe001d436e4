import { expect, test } from 'vitest';
import { formFields } from './form-fields.ts';

test('fields keep their order and their repeats, and are decoded', () => {
  expect(formFields('b=1+2&a=%C3%A9&b=3&flag&=x&&c=d=e')).toEqual([
    ['b', '1 2'],
    ['a', 'é'],
    ['b', '3'],
    ['flag', ''],
    ['', 'x'],
    ['c', 'd=e'],
  ]);
});

test('what is wrongly encoded does no harm', () => {
  expect(formFields('a=%zz&b=%ff')).toEqual([
    ['a', '%zz'],
    ['b', '\ufffd'],
  ]);
});

test('a question mark belongs to the first name', () => {
  expect(formFields('?a=1')).toEqual([['?a', '1']]);
});

test('nothing has no fields', () => {
  expect(formFields('')).toEqual([]);
});
