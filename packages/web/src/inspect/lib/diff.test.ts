import { expect, test } from 'vitest';
import { capturedRequest } from '../../../test/support/captured-request.ts';
import { diffRequests } from './diff.ts';

type Headers = readonly (readonly [string, string])[];

const changes = (left: Headers, right: Headers) =>
  diffRequests(capturedRequest({ headers: left }), capturedRequest({ headers: right })).headers.map(
    ({ name, change }) => `${name} ${change}`,
  );

test('a request is the same as itself, and as one that came later', () => {
  const request = capturedRequest({ headers: [['A', '1']], body: 'x' });
  expect(diffRequests(request, { ...request, id: 'r2', timestamp: '2026-02-02T00:00:00.000Z' }).same).toBe(true);
});

test('method and target are compared as they were sent', () => {
  const left = capturedRequest({ method: 'POST', url: '/hooks/w1/a?x=%20' });
  const right = capturedRequest({ method: 'PUT', url: '/hooks/w1/a?x=+' });
  expect(diffRequests(left, right)).toMatchObject({
    same: false,
    method: { left: 'POST', right: 'PUT', same: false },
    target: { left: '/hooks/w1/a?x=%20', right: '/hooks/w1/a?x=+', same: false },
  });
});

test('headers are compared by name: added, removed, changed', () => {
  const left: Headers = [
    ['Host', 'a'],
    ['X-Old', '1'],
    ['X-Value', '1'],
  ];
  const right: Headers = [
    ['Host', 'a'],
    ['X-Value', '2'],
    ['X-New', '1'],
  ];
  expect(changes(left, right)).toEqual(['host same', 'x-old removed', 'x-value changed', 'x-new added']);
});

test('a header that stands elsewhere has moved, the others have not', () => {
  const fields: Headers = [
    ['A', '1'],
    ['B', '1'],
    ['C', '1'],
    ['D', '1'],
  ];
  const [a, b, c, d] = fields as [Headers[0], Headers[0], Headers[0], Headers[0]];
  expect(changes(fields, [d, a, b, c])).toEqual(['a same', 'b same', 'c same', 'd moved']);
});

test('another spelling and other repeats are changes', () => {
  expect(changes([['X-A', '1']], [['x-a', '1']])).toEqual(['x-a changed']);
  expect(
    changes(
      [['A', '1']],
      [
        ['A', '1'],
        ['A', '1'],
      ],
    ),
  ).toEqual(['a changed']);
});

test('bodies may be given decompressed', () => {
  const request = capturedRequest({ body: Uint8Array.of(0x1f, 0x8b) });
  const encode = (text: string) => new TextEncoder().encode(text);
  expect(diffRequests(request, request, { left: encode('a'), right: encode('b') }).body.lines).toHaveLength(2);
});
