import { expect, test } from 'vitest';
import { filterQuery, NO_FILTER, requestFilter, usedFields } from './request-query.ts';

test('W11 only fields that say something are asked for', () => {
  expect(filterQuery(NO_FILTER)).toEqual({});
  expect(filterQuery({ ...NO_FILTER, text: '  needle ', method: 'post', path: ' ' })).toEqual({
    text: 'needle',
    method: 'POST',
  });
});

test('W11 the root of a JSON path may be left out', () => {
  const json = (text: string) => filterQuery({ ...NO_FILTER, json: text })['json'];
  expect(['order.id=1', '$.order.id', '[0].id', ' $ '].map(json)).toEqual([
    '$.order.id=1',
    '$.order.id',
    '$[0].id',
    '$',
  ]);
});

test('W11 live requests are judged by the same fields', () => {
  const fields = { text: 'a', method: 'put', path: '/x', header: 'X-Event: paid: yes', json: 'order["a=b"].id=1=2' };
  expect(requestFilter(fields)).toEqual({
    text: 'a',
    method: 'PUT',
    path: '/x',
    header: { name: 'X-Event', value: 'paid: yes' },
    json: { path: '$.order["a=b"].id', value: '1=2' },
  });
  expect(requestFilter({ ...NO_FILTER, header: 'x-event:', json: 'id' })).toEqual({
    header: { name: 'x-event', value: null },
    json: { path: '$.id', value: null },
  });
});

test('W11 the filters beside the text are counted', () => {
  expect(usedFields({ ...NO_FILTER, text: 'a', method: 'GET', path: ' ' })).toBe(1);
});
