import { expect, test } from 'vitest';
import { matcherOf } from './request-filter.ts';
import type { RequestFilter } from './webhook-store.ts';

const REQUEST = {
  method: 'POST',
  url: '/hooks/w/Straße?Q=1',
  path: '/Straße',
  query: 'Q=1',
  headers: { 'x-event': 'Push' },
  body: null as string | null,
  bodyEncoding: 'utf8',
  timestamp: '2026-01-02T03:04:05.678Z',
};

/** Whether a request is found that has these parts. */
function isFound(filter: RequestFilter, part: Partial<typeof REQUEST> = {}): boolean {
  return matcherOf(filter)(Buffer.from(JSON.stringify({ ...REQUEST, ...part })));
}

function isFoundIn(body: string, path: string, value: string | null = null): boolean {
  return isFound({ json: { path, value } }, { body });
}

test('W11 upper and lower case are one, in whatever script, and so are accents however they were written', () => {
  const body = 'Crème ΟΔΟΣ ΣΑΣ İstanbul STRASSE';
  for (const text of ['CRÈME', 'cre\u0300me', 'οδος', 'οδοσ σας', 'strasse', 'straße', 'İSTANBUL'])
    expect({ text, found: isFound({ text }, { body }) }).toEqual({ text, found: true });
  expect(isFound({ text: 'creme' }, { body })).toBe(false);
});

test('W11 signs that mean something to databases mean themselves', () => {
  expect(isFound({ text: '%' })).toBe(false);
  expect(isFound({ text: 'p_st' })).toBe(false);
  expect(isFound({ text: '100%_*' }, { body: 'it is 100%_* sure' })).toBe(true);
});

test('W11 a path is looked for below the webhook, together with its query', () => {
  expect(isFound({ path: '/STRASSE?q' })).toBe(true);
  expect(isFound({ path: '/hooks/w' })).toBe(false);
  expect(isFound({ path: '?' }, { query: '' })).toBe(false);
});

test('W11 a header is looked for by its own name, none by what every object has', () => {
  expect(isFound({ header: { name: 'x-event', value: 'PUS' } })).toBe(true);
  expect(isFound({ header: { name: 'x-even', value: null } })).toBe(false);
  expect(isFound({ header: { name: 'constructor', value: null } })).toBe(false);
});

test('W11 what is at a place in a JSON body equals a value as text', () => {
  const body = '\uFEFF{"s":"a","n":12345678901234567890,"d":1.50,"e":1e3,"t":true,"z":null,"l":[1, 2],"o":{"x":"y"}}';
  const equal = {
    s: 'a',
    n: '12345678901234567890',
    d: '1.5',
    e: '1000',
    t: 'true',
    z: 'null',
  };
  for (const [key, value] of Object.entries(equal)) {
    expect({ key, found: isFoundIn(body, `$.${key}`, value) }).toEqual({ key, found: true });
    expect({ key, found: isFoundIn(body, `$.${key}`, `${value} `) }).toEqual({ key, found: false });
  }
  expect(isFoundIn(body, '$.d', '1.50')).toBe(true);
  expect(isFoundIn(body, '$.e', '1e3')).toBe(true);
  expect(isFoundIn(body, '$.n', '12345678901234567891')).toBe(false);
  expect(isFoundIn(body, '$.s', 'A')).toBe(false);
  expect(isFoundIn(body, '$.z')).toBe(true);
  expect(isFoundIn(body, '$.nothing')).toBe(false);
});

test('W11 an array or an object is there, but equals no value, however deep it is', () => {
  const deep = `{"id":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  for (const body of ['{"id":[1,2]}', '{"id":{"x":"y"}}', deep]) {
    expect(isFoundIn(body, '$.id')).toBe(true);
    for (const value of ['[1,2]', '{"x":"y"}', '7', '', '1,2', '[object Object]'])
      expect(isFoundIn(body, '$.id', value)).toBe(false);
  }
});

test('W11 1 MB of marks or of brackets is looked through in a moment', () => {
  const bodies = [`a${'\u0301\u0316'.repeat(250_000)}`, '['.repeat(1_000_000), '{"id":'.repeat(160_000)];
  for (const body of bodies) {
    const begin = performance.now();
    expect(isFound({ text: 'zzz' }, { body })).toBe(false);
    expect(isFoundIn(body, '$.id', '7')).toBe(false);
    expect(performance.now() - begin).toBeLessThan(2000);
  }
});

test('W11 a body that is no JSON, and a path that is none, are no match and no fault', () => {
  for (const body of [
    '',
    '{',
    'text',
    '{"a":1}{',
    "{'a':1}",
    `${'['.repeat(100_000)}`,
    `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  ])
    expect(isFoundIn(body, '$.b', '1')).toBe(false);
  for (const path of ['', 'a', '$.', '$[', '$."', '$[-1]', "$.a' OR 1=1"])
    expect(isFoundIn('{"a":1}', path, '1')).toBe(false);
  expect(isFound({ json: { path: '$', value: null } })).toBe(false);
  expect(isFound({ json: { path: '$', value: null } }, { body: '{}', bodyEncoding: 'base64' })).toBe(false);
  expect(matcherOf({ method: 'POST' })(Buffer.from('{"method":'))).toBe(false);
});

test('W11 a time is when the request came, from its first millisecond to before its last', () => {
  const at = Date.parse(REQUEST.timestamp);
  expect(isFound({ from: at, to: at + 1 })).toBe(true);
  expect(isFound({ from: at + 1 })).toBe(false);
  expect(isFound({ to: at })).toBe(false);
});
