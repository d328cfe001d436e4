import { expect, test } from 'vitest';
import { safeName } from './webhook-attachment.ts';

test('W11 the name of a download names a file, and no place', () => {
  const names: Record<string, string> = {
    'report.pdf': 'report.pdf',
    'grüße ☃.txt': 'grüße ☃.txt',
    '../../etc/passwd': 'passwd',
    'C:\\dir\\a.txt': 'a.txt',
    '/': 'download',
    '': 'download',
    '..': 'download',
    '.bashrc': 'bashrc',
    'a.exe. . ': 'a.exe',
    'a\r\nb: c': 'a__b_ c',
    'a"b%00c': 'a_b_00c',
    'gpj\u202Eexe.jpg': 'gpj_exe.jpg',
    '\u0000\u200B\uD800': '___',
    'a\u2028b': 'a_b',
  };
  for (const [given, wanted] of Object.entries(names)) expect(safeName(given), JSON.stringify(given)).toBe(wanted);
  const long = safeName(`${'😀'.repeat(1000)}.tar.gz`);
  expect([[...long].length, long.endsWith('.tar.gz')]).toEqual([150, true]);
});
