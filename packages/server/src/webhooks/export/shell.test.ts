import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { format, word } from './shell.ts';

/** What a script writes, one character for each byte. */
function run(script: string): string {
  return spawnSync('sh', ['-s'], { input: Buffer.from(script, 'latin1') }).stdout.toString('latin1');
}

const NASTY = [
  ...[
    "it's",
    '"',
    '`id`',
    '$(id)',
    '$HOME',
    '\\',
    '\\n',
    '!!',
    '#',
    '~',
    '*',
    '%s',
    '%',
    '-n',
    '--',
    '',
    ' ',
    '\t',
    '\r',
  ],
  ...[
    'a\nb',
    '\x1b[2J',
    '\x7f',
    'caf\xc3\xa9',
    'caf\xe9',
    '\xff\xfe',
    '\xc2\x85',
    '\xe2\x80\xae',
    "'\\''",
    '${',
    '&& id',
    '; id',
  ],
];

/** No zero, and no newline at the end: no word can have them. */
const words = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 20 }))
  .map((list) =>
    list.map((bytes) => Buffer.from(bytes).toString('latin1').replace(/\0/g, '.').replace(/\n+$/, '')).concat(NASTY),
  );

test('W11 a word is for the shell exactly these bytes, and none of them does anything', () => {
  fc.assert(
    fc.property(words, (list) => {
      expect(
        run(`printf '%s\\0' ${list.map(word).join(' ')}`)
          .split('\0')
          .slice(0, -1),
      ).toEqual(list);
    }),
    { numRuns: 20 },
  );
});

test('W11 a format writes exactly these bytes', () => {
  fc.assert(
    fc.property(words, (list) => {
      const texts = list.map((text) => `${text}\n`);
      expect(run(texts.map((text) => `printf ${format(text)}`).join('\n'))).toBe(texts.join(''));
    }),
    { numRuns: 20 },
  );
});

test('W11 nothing in them acts upon a terminal', () => {
  fc.assert(
    fc.property(words, (list) => {
      for (const text of [...list.map(word), ...list.map(format)]) {
        expect(Buffer.from(text, 'latin1').toString()).not.toMatch(/[^\P{Cc}\n]|\uFFFD/u);
      }
    }),
  );
});
