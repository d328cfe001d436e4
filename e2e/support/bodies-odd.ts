import type { SampleBody } from './bodies.ts';
import { randomBytes } from './bodies-random.ts';

/** What `webhookBodySize` lets through, and not a byte more. */
const MOST = 1024 * 1024;

const TEXTS: Readonly<Record<string, string>> = {
  empty: '',
  'a space': ' ',
  newline: '\n',
  CRLF: '\r\n',
  'white space': ' \t\n\r\f\v \u00a0\u2003\u3000',
  NUL: '\0',
  'NUL within': 'a\0b',
  'NUL at the end': 'text\0',
  'backspace and form feed': 'a\bb\fc',
  escapes: '\u001b[2J\u001b]0;title\u0007\u001b[31mred',
  DEL: 'a\u007fb',
  'C1 controls': '\u0080\u0085\u009f',
  'line separators': 'a\u2028b\u2029c',
  'a byte order mark alone': '\ufeff',
  'two byte order marks': '\ufeff\ufefftext',
  'a byte order mark within': 'te\ufeffxt',
  'no characters': '\ufffe\uffff\ufdd0',
  'the last character': '\u{10ffff}',
  'replacement characters': '\ufffd\ufffd',
  emoji: '👩🏽‍🚀🏳️‍🌈👨‍👩‍👧‍👦🇺🇳',
  'right to left': '\u202eabc\u202c \u2066עברית\u2069 العربية',
  'combining marks': 'Z̴̡͓a̵l̶g̷o̸ e\u0301 \u00e9',
  'what looks like base64': 'aGVsbG8gd29ybGQ=',
  'a chunk of HTTP': '0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n',
};

/** Bytes that are no UTF-8, in hex. */
const NO_UTF8: Readonly<Record<string, string>> = {
  'overlong NUL': 'c080',
  'overlong slash of two': 'c0af',
  'overlong slash of three': 'e080af',
  'overlong slash of four': 'f08080af',
  'overlong of the last of two': 'e09fbf',
  'first surrogate': 'eda080',
  'last surrogate': 'edbfbf',
  'a pair of surrogates (CESU-8)': 'eda0bdedb880',
  'cut after the first of two': '61c3',
  'cut after the first of three': '61e2',
  'cut after the second of three': '61e282',
  'cut after the third of four': '61f09f98',
  'cut, then text': 'e28261f09f6162',
  'lone continuation': '80',
  continuations: '61bfbfbf62',
  'FE FF': 'feff0061',
  'FF FE': 'fffe6100',
  'beyond the last character': 'f4908080',
  'of five bytes': 'f888808080',
  F5: 'f5808080',
  'valid, then not': 'e282acff',
  'NUL and FF': '00ff00ff',
};

const ENCODED: Readonly<Record<string, readonly [type: string, bytes: Buffer]>> = {
  latin1: ['text/plain; charset=iso-8859-1', Buffer.from('Füße, ça va, ¿qué?', 'latin1')],
  'windows-1252': ['text/plain; charset=windows-1252', Buffer.from('9371756f7465649420802035', 'hex')],
  'UTF-16LE with its mark': ['text/plain; charset=utf-16', Buffer.from('\ufeffGrüße 😀', 'utf16le')],
  'UTF-16BE': ['text/plain; charset=utf-16be', Buffer.from('Grüße 😀', 'utf16le').swap16()],
  'UTF-32LE': ['text/plain; charset=utf-32', Buffer.from('fffe000041000000df000000', 'hex')],
  'Shift JIS': ['text/plain; charset=shift_jis', Buffer.from('93fa967b8cea83658358836783', 'hex')],
  'GB 18030': ['text/plain; charset=gb18030', Buffer.from('c4e3bac381318130', 'hex')],
  'KOI8-R': ['text/plain; charset=koi8-r', Buffer.from('f0d2c9d7c5d4', 'hex')],
  'every byte': ['application/octet-stream', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
  'every byte, three times over': ['text/plain', Buffer.from(Array.from({ length: 768 }, (_, i) => 255 - (i % 256)))],
};

const filled = (text: string): Buffer => Buffer.alloc(MOST, text);

const LARGE: Readonly<Record<string, readonly [type: string, bytes: Buffer]>> = {
  text: ['text/plain', filled('The quick brown fox jumps over the lazy dog.\n')],
  'what JSON must escape': ['application/json', filled('"\\\n')],
  'characters of four bytes': ['text/plain; charset=utf-8', filled('😀')],
  'control characters': ['text/plain', filled('\x00\x01\x02\x1f\x7f')],
  'random bytes': ['application/octet-stream', randomBytes(MOST, 1_048_576)],
  'text that ends within a character': ['text/plain', Buffer.concat([filled('ab').subarray(1), Buffer.of(0xe2)])],
};

const of =
  (group: string, type: string | null, bytes: (name: string) => Buffer) =>
  (name: string): SampleBody => ({
    name: `${group}, ${name}`,
    type,
    bytes: bytes(name),
  });

export const ODD_BODIES: readonly SampleBody[] = [
  ...Object.entries(TEXTS).map(([name, text]) => of('odd text', 'text/plain', () => Buffer.from(text))(name)),
  ...Object.entries(NO_UTF8).map(([name, hex]) => of('no UTF-8', null, () => Buffer.from(hex, 'hex'))(name)),
  ...Object.entries(ENCODED).map(([name, [type, bytes]]) => of('encoding', type, () => bytes)(name)),
  ...Object.entries(LARGE).map(([name, [type, bytes]]) => of('1 MB', type, () => bytes)(name)),
];
