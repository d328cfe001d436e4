import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { capturedRequest } from '../../../test/support/captured-request.ts';
import { bodyKindOf, kindOfBytes } from './body-kind.ts';

const kind = (contentType: string | null, body: string | Uint8Array | null, truncated = false) =>
  bodyKindOf(
    capturedRequest({ body, truncated, headers: contentType === null ? [] : [['Content-Type', contentType]] }),
  );

test.each([
  ['application/json', '{"a":1}', 'json'],
  ['application/vnd.api+json; charset=utf-8', '{"a":1}', 'json'],
  ['APPLICATION/JSON', '7', 'json'],
  ['application/x-www-form-urlencoded', 'a=1&b', 'form'],
  ['application/xml', '<a/>', 'xml'],
  ['application/soap+xml', '<a/>', 'xml'],
  ['image/svg+xml', '<svg></svg>', 'xml'],
  ['text/plain', 'hello', 'text'],
  ['text/html', '<div>x</div>', 'text'],
  ['multipart/form-data; boundary=x', '--x\r\n\r\n1\r\n--x--\r\n', 'multipart'],
  ['multipart/form-data; boundary="a b"', '--a b\r\n\r\n1\r\n--a b--\r\n', 'multipart'],
])('%s with %j is %s', (contentType, body, expected) => {
  expect(kind(contentType, body)).toBe(expected);
});

test.each([
  ['JSON sent as a form (curl -d)', 'application/x-www-form-urlencoded', '{"a":1}', 'json'],
  ['JSON sent as text', 'text/plain', ' [1]', 'json'],
  ['a form sent as JSON', 'application/json', 'a=1&b=2', 'form'],
  ['XML sent as JSON', 'application/json', '<a>1</a>', 'xml'],
  ['text sent as XML', 'application/xml', 'hello', 'text'],
  ['multipart without its boundary', 'multipart/form-data; boundary=x', 'hello', 'text'],
])('%s is seen through', (_, contentType, body, expected) => {
  expect(kind(contentType, body)).toBe(expected);
});

test('broken JSON that says that it is JSON stays JSON, so that its fault is shown', () => {
  expect(kind('application/json', '{"a":')).toBe('json');
});

test.each([
  ['{"a":1}', 'json'],
  ['<?xml version="1.0"?><a/>', 'xml'],
  ['<!DOCTYPE html><p>', 'text'],
  ['a=1&b=2', 'form'],
  ['a = 1', 'text'],
  ['YWJjZA==', 'text'],
])('without a content type %j is %s', (body, expected) => {
  expect(kind(null, body)).toBe(expected);
});

test('nothing is empty, whatever the content type', () => {
  expect(kind('application/json', null)).toBe('empty');
});

test('compressed JSON is binary, and JSON once it is decompressed', () => {
  const json = new TextEncoder().encode('{"a":1}');
  expect(kind('application/json', gzipSync(json))).toBe('binary');
  expect(kindOfBytes(json, 'application/json')).toBe('json');
});

test('multipart with a file in it is multipart', () => {
  const body = Buffer.concat([Buffer.from('--x\r\n\r\n'), Buffer.from([0, 255, 1]), Buffer.from('\r\n--x--')]);
  expect(kind('multipart/form-data; boundary=x', body)).toBe('multipart');
});

test('JSON that was cut off inside a character is JSON', () => {
  expect(kind('application/json', Buffer.from('{"a":"é').subarray(0, 7), true)).toBe('json');
});
