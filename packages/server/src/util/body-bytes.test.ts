import { expect, test } from 'vitest';
import { bodyBytes } from './body-bytes.ts';

test('bodies are their bytes again, byte order mark and invalid UTF-8 included', () => {
  expect(bodyBytes({ body: null, bodyEncoding: null }).length).toBe(0);
  expect(bodyBytes({ body: '\uFEFFé', bodyEncoding: 'utf8' })).toEqual(Buffer.from([0xef, 0xbb, 0xbf, 0xc3, 0xa9]));
  expect(bodyBytes({ body: '//4A', bodyEncoding: 'base64' })).toEqual(Buffer.from([0xff, 0xfe, 0]));
});
