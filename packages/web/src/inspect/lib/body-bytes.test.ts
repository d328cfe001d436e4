import { expect, test } from 'vitest';
import { capturedRequest } from '../../../test/support/captured-request.ts';
import { bytesOf } from './body-bytes.ts';

test('bytes that are not text come back exactly from base64', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(bytesOf(capturedRequest({ body: bytes }))).toEqual(bytes);
});

test('text comes back as its UTF-8 bytes, with its byte order mark', () => {
  expect([...bytesOf(capturedRequest({ body: '\uFEFFé' }))]).toEqual([0xef, 0xbb, 0xbf, 0xc3, 0xa9]);
});

test('no body is no bytes', () => {
  expect(bytesOf(capturedRequest())).toHaveLength(0);
});
