import type { CapturedRequest } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { bodyTextOf } from '../body-text.ts';
import { inChunks } from './chunks.ts';
import { EXPORT_FORMATS, type ExportFormatName } from './formats.ts';
import { printfFormat } from './printf.ts';
import { quoted } from './shell.ts';

const SUBJECT = { webhookId: 'x', epoch: 'e', base: 'http://x', version: '1.0.0' };
const BODIES: Readonly<Record<string, Buffer>> = {
  tabs: Buffer.alloc(1_048_576, '\t'),
  quotes: Buffer.alloc(1_048_576, `'"\\%`),
  bytes: Buffer.alloc(1_048_576, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
  text: Buffer.from('-漢字😀\u0085é'.repeat(70_000)),
};

function storedWith(body: Buffer) {
  const request: Partial<CapturedRequest> = {
    ...{ id: 'a', webhookId: 'x', method: 'POST', url: '/hooks/x', path: '', query: '', httpVersion: '1.1' },
    ...{ headers: {}, rawHeaders: [['Host', 'x']], queryParams: {}, ...bodyTextOf(body), bodySize: body.length },
    ...{ truncated: false, timestamp: '2026-01-01T00:00:00.000Z', sourceIp: '', duration: 0 },
  };
  return { offset: 7, data: Buffer.from(JSON.stringify(request)) };
}

const cases = Object.keys(EXPORT_FORMATS).flatMap((name) => Object.keys(BODIES).map((body) => [name, body] as const));

test.each(cases)('W11 no step of an export as %s takes long, whatever 1 MB it is of (%s)', (name, body) => {
  const format = EXPORT_FORMATS[name as ExportFormatName];
  const chunks = inChunks(format.item(storedWith(BODIES[body] ?? Buffer.alloc(0)), SUBJECT));
  let longest = 0;
  for (let done: boolean | undefined = false; !done; ) {
    const begin = performance.now();
    ({ done } = chunks.next());
    longest = Math.max(longest, performance.now() - begin);
  }
  expect(longest).toBeLessThan(150); // about ten on a quiet machine
});

test.each(Object.entries(BODIES))('W11 a body in pieces is the same in an archive and in a script (%s)', (_, body) => {
  const item = Buffer.concat([...EXPORT_FORMATS.har.item(storedWith(body), SUBJECT)]).toString();
  const { text, _encoding } = JSON.parse(item).request.postData;
  expect(Buffer.from(text, _encoding ?? 'utf8').equals(body)).toBe(true);
  const written = Buffer.concat([...printfFormat(body)]).toString('latin1');
  expect(quoted(unquoted(written))).toBe(written);
  expect(unprinted(unquoted(written)).equals(body)).toBe(true);
});

/** What a shell makes of a word in single quotes. */
function unquoted(word: string): string {
  return word.slice(1, -1).replaceAll("'\\''", "'");
}

/** What `printf` makes of a format. */
function unprinted(format: string): Buffer {
  const text = format.replace(/\\([0-7]{3}|[tr\\])|%%/g, (_sign, code: string | undefined) => {
    if (code === undefined) return '%';
    return { t: '\t', r: '\r', '\\': '\\' }[code] ?? String.fromCharCode(Number.parseInt(code, 8));
  });
  expect(format).not.toMatch(/^-/);
  return Buffer.from(text, 'latin1');
}
