import { expect, test } from 'vitest';
import { captured } from '../../../test/support/captured.ts';
import { Report, type ReportOptions, sizeOf } from './report.ts';

const REQUEST = captured({ url: '/hooks/shop/a?b', path: '/a', query: 'b', bodySize: 1234 });
const TARGET = new URL('http://localhost:3000');
const ONCE = { attempt: 1, of: 1, isLast: true };
const now = () => new Date('2026-01-31T12:34:56');

function reporting(options: Partial<ReportOptions> = {}) {
  const [out, notes]: [string[], string[]] = [[], []];
  const report = new Report({
    out: (text) => out.push(text),
    note: (text) => notes.push(text),
    colour: false,
    json: false,
    several: false,
    now,
    ...options,
  });
  return { report, out, notes };
}

test('each result is a line', () => {
  const { report, out } = reporting();
  report.sent(REQUEST, TARGET, { status: 204, fault: null, duration: 12 }, ONCE);
  report.sent(
    REQUEST,
    TARGET,
    { status: null, fault: 'connection refused', duration: 1 },
    { attempt: 1, of: 3, isLast: false },
  );
  report.sent(REQUEST, TARGET, { status: 500, fault: null, duration: 7 }, { attempt: 3, of: 3, isLast: true });
  report.skipped(REQUEST, TARGET, 'truncated');
  report.skipped(REQUEST, TARGET, 'path');
  expect(out).toEqual([
    '12:34:56  POST   /a?b  1.2 kB  → 204 12 ms\n',
    '12:34:56  POST   /a?b  1.2 kB  → no answer: connection refused 1 ms, attempt 1 of 3\n',
    '12:34:56  POST   /a?b  1.2 kB  → 500 7 ms, attempt 3\n',
    '12:34:56  POST   /a?b  1.2 kB  → skipped: its body is not complete (--truncated send forwards what there is)\n',
    '12:34:56  POST   /a?b  1.2 kB  → skipped: its path leads out of that of the target (--any-path forwards it as it is)\n',
  ]);
});

test('several webhooks are told apart, and colour is for terminals', () => {
  const { report, out } = reporting({ several: true, colour: true });
  report.sent(REQUEST, TARGET, { status: 404, fault: null, duration: 12 }, ONCE);
  expect(out[0]).toContain('  shop  POST');
  expect(out[0]).toContain('\x1b[33m404\x1b[0m');
});

test('W11 several targets of one webhook are told apart', () => {
  const { report, out } = reporting({ several: true, hasSeveralTargets: (id) => id === REQUEST.webhookId });
  report.sent(REQUEST, new URL('http://localhost:1/A'), { status: 200, fault: null, duration: 12 }, ONCE);
  report.skipped(REQUEST, new URL('http://localhost:2/B'), 'path');
  expect(out[0]).toContain('  → http://localhost:1/A  → 200 12 ms');
  expect(out[1]).toContain('  → http://localhost:2/B  → skipped: ');
});

test('nothing that strangers send is obeyed by the terminal', () => {
  const { report, out, notes } = reporting();
  const evil = { ...REQUEST, path: '/\x1b[2J\x9b2J\u202e' };
  report.sent(evil, TARGET, { status: null, fault: 'x\r\n', duration: 1 }, ONCE);
  report.say('refused', 'a\x07b');
  expect(out.join('') + notes.join('')).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
});

test('--json is one object a line for everything, on standard output alone', () => {
  const { report, out, notes } = reporting({ json: true });
  report.sent({ ...REQUEST, path: '/\x9b' }, TARGET, { status: 204, fault: null, duration: 12 }, ONCE);
  report.say('disconnected', 'The connection was lost.', { server: 'http://h' });
  expect(notes).toEqual([]);
  expect(out.map((line) => JSON.parse(line))).toEqual([
    {
      type: 'sent',
      time: now().toISOString(),
      webhookId: 'shop',
      requestId: 'r1',
      method: 'POST',
      path: '/\x9b?b',
      size: 1234,
      truncated: false,
      captured: REQUEST.timestamp,
      target: 'http://localhost:3000/',
      status: 204,
      fault: null,
      duration: 12,
      attempt: 1,
      willRetry: false,
    },
    { type: 'disconnected', time: now().toISOString(), message: 'The connection was lost.', server: 'http://h' },
  ]);
  expect(out[0]).toContain('\\u009b');
});

test('the sum counts requests and not attempts', () => {
  const { report, notes } = reporting();
  report.sent(REQUEST, TARGET, { status: 500, fault: null, duration: 1 }, { attempt: 1, of: 2, isLast: false });
  report.sent(REQUEST, TARGET, { status: 200, fault: null, duration: 1 }, { attempt: 2, of: 2, isLast: true });
  report.sent(REQUEST, TARGET, { status: 503, fault: null, duration: 1 }, ONCE);
  report.skipped(REQUEST, TARGET, 'path');
  report.sum();
  expect(notes).toEqual(['12:34:56  Forwarded 2 requests: 1 answered, 1 answered with 500 or above, 1 skipped.\n']);
});

test('sizes are short', () => {
  expect([0, 999, 1000, 1_048_576].map(sizeOf)).toEqual(['0 B', '999 B', '1.0 kB', '1.0 MB']);
});
