import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseForwardCommand } from './command.ts';

const HOOK = 'http://localhost:8080/hooks/V1StGXR8_Z5jdHi6B-myT';
const HERE = ['--to', 'http://localhost:3000'];
const NOW = Date.parse('2026-01-31T12:00:00Z');

function parse(argv: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return parseForwardCommand(argv, env, () => NOW);
}

const routesOf = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  parse(argv, env).routes.map(({ target, ...route }) => ({ ...route, target: target.href }));

test('what is left out has its default', () => {
  expect(parse([HOOK, ...HERE])).toEqual({
    routes: [
      {
        webhook: { id: 'V1StGXR8_Z5jdHi6B-myT', server: 'http://localhost:8080' },
        target: new URL('http://localhost:3000'),
      },
    ],
    newRoute: null,
    since: null,
    replay: [],
    json: false,
    delivery: {
      retries: 0,
      concurrency: 1,
      truncated: 'skip',
      keepHost: false,
      anyPath: false,
      insecure: false,
      timeout: 30_000,
    },
  });
});

test('everything that can be said is taken, in any order', () => {
  const argv = ['--json', '--retry=3', HOOK, '--concurrency', '4', '--truncated', 'send', '--keep-host', ...HERE];
  const { json, delivery } = parse([...argv, '--timeout', '5', '--any-path', '--insecure']);
  expect(json).toBe(true);
  expect(delivery).toEqual({
    retries: 3,
    concurrency: 4,
    truncated: 'send',
    keepHost: true,
    anyPath: true,
    insecure: true,
    timeout: 5000,
  });
});

test.for([
  ['http://localhost:8080/hooks/shop', 'shop', 'http://localhost:8080'],
  ['http://localhost:8080/hooks/shop/', 'shop', 'http://localhost:8080'],
  ['localhost:8080/hooks/shop', 'shop', 'http://localhost:8080'],
  ['https://hooks.example.com/inspect/shop?tab=raw#r1', 'shop', 'https://hooks.example.com'],
  ['https://example.com/tools/roomcast/hooks/a.b-c_1', 'a.b-c_1', 'https://example.com/tools/roomcast'],
  ['http://[::1]:8080/hooks/shop', 'shop', 'http://[::1]:8080'],
] as const)('%s is the webhook %s at %s', ([url, id, server]) => {
  expect(parse([url, ...HERE]).routes[0]?.webhook).toEqual({ id, server });
});

test('several webhooks go to one target, or each to its own', () => {
  const [shop, bank] = ['http://localhost:8080/hooks/shop', 'https://other/hooks/bank'];
  const expected = [
    { webhook: { id: 'shop', server: 'http://localhost:8080' }, target: 'http://localhost:3000/' },
    { webhook: { id: 'bank', server: 'https://other' }, target: 'http://localhost:4000/in?a=b' },
  ];
  expect(routesOf([shop, `${bank}=http://localhost:4000/in?a=b`, ...HERE])).toEqual(expected);
  expect(routesOf([`${shop}=3000`, `${bank}=localhost:4000/in?a=b`])).toEqual(expected);
});

test('--new creates a webhook on a server', () => {
  const { routes, newRoute } = parse(['--new', 'https://example.com/base/', ...HERE], { ROOMCAST_API_KEY: 'rck_1' });
  expect([routes, newRoute]).toEqual([
    [],
    { server: 'https://example.com/base', target: new URL('http://localhost:3000'), key: 'rck_1' },
  ]);
});

describe('secrets come from the environment or a file', () => {
  test('one secret is for all webhooks, and `ID=` names whose it is', () => {
    const env = { ROOMCAST_WEBHOOK_SECRET: 'whsec_a, bank=whsec_b', ROOMCAST_WEBHOOK_PASSWORD: 'open, sesame' };
    const routes = routesOf(['http://h/hooks/shop', 'http://h/hooks/bank', ...HERE], env);
    expect(routes.map(({ secret, password }) => [secret, password])).toEqual([
      ['whsec_a', 'open, sesame'],
      ['whsec_b', 'open, sesame'],
    ]);
  });

  test('a file wins over the environment', () => {
    const folder = mkdtempSync(join(tmpdir(), 'roomcast-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'secret');
    writeFileSync(file, 'whsec_file\n');
    const [route] = routesOf([HOOK, ...HERE, '--secret-file', file], { ROOMCAST_WEBHOOK_SECRET: 'whsec_env' });
    expect(route?.secret).toBe('whsec_file');
  });
});

test.for([
  ['all', { kind: 'all' }],
  ['10m', { kind: 'time', from: '2026-01-31T11:50:00.000Z' }],
  ['1.5h', { kind: 'time', from: '2026-01-31T10:30:00.000Z' }],
  ['7d', { kind: 'time', from: '2026-01-24T12:00:00.000Z' }],
  ['2026-01-31T12:00:00+01:00', { kind: 'time', from: '2026-01-31T11:00:00.000Z' }],
  ['2026-01-31', { kind: 'time', from: '2026-01-31T00:00:00.000Z' }],
  ['k3J9_x-2bQ', { kind: 'request', id: 'k3J9_x-2bQ' }],
] as const)('--since %s', ([given, since]) => {
  expect(parse([HOOK, ...HERE, '--since', given]).since).toEqual(since);
});

test.for([
  [[], /^Which webhook is to be forwarded\? Use one of\n {2}roomcast forward/],
  [[HOOK], /^Where are the requests of "V1StGXR8_Z5jdHi6B-myT" to go\? Say it with --to/],
  [['nonsense', ...HERE], /^"nonsense" is not the address of a webhook; it looks like http:/],
  [['ftp://h/hooks/shop', ...HERE], /is not the address of a webhook/],
  [['http://h/hooks/', ...HERE], /is not the address of a webhook/],
  [['http://h/hooks/shop/stripe', ...HERE], /is not the address of a webhook/],
  [['http://h/hooks/a%2Fb', ...HERE], /is not the address of a webhook/],
  [['http://me:pw@h/hooks/shop', ...HERE], /^Leave user and password out/],
  [[HOOK, '--to', 'ftp://localhost'], /^"ftp:\/\/localhost" is nowhere to forward to; it must be an http address/],
  [[HOOK, '--to', ''], /is nowhere to forward to/],
  [[HOOK, '--to', `${HOOK}/deeper`], /would forward to itself, without end/],
  [[HOOK, ...HERE, '--since', 'yesterday?'], /^--since must be a duration/],
  [[HOOK, ...HERE, '--since', '2026-13-41'], /^--since must be a duration/],
  [[HOOK, ...HERE, '--since', 'all', '--replay', 'x'], /exclude each other/],
  [['--new', 'http://h'], /^Where are its requests to go\?/],
  [['--new', 'http://h/?x', ...HERE], /is not the address of a server/],
  [['--new', 'http://h', ...HERE, '--replay', 'x'], /exclude each other/],
  [[HOOK, ...HERE, '--retry', '-1'], /^--retry/],
  [[HOOK, ...HERE, '--concurrency', '0'], /^--concurrency must be a whole number from 1 to 100\.$/],
  [[HOOK, ...HERE, '--truncated', 'maybe'], /^--truncated must be skip or send\.$/],
  [[HOOK, ...HERE, '--secret-file', '/nonexistent'], /^The file of --secret-file cannot be read: it does not exist\.$/],
  [[HOOK, ...HERE, '--sicne', '1h'], /^--sicne is no option here \(did you mean --since\?\)/],
  [[HOOK, ...HERE, '--secret', 'whsec_x'], /^--secret is no option here/],
  [[HOOK, '--to'], /^--to needs a value\.$/],
  [[HOOK, ...HERE, '--json=yes'], /^--json takes no value\.$/],
] as const)('%j is refused with a sentence', ([argv, sentence]) => {
  expect(() => parse(argv)).toThrow(
    expect.objectContaining({ name: 'StartFault', message: expect.stringMatching(sentence) }),
  );
});

test('W11 ids that begin with a dash are ids, and options are options', () => {
  const ids = ['-Zq3', '--x9', '-'];
  expect(parse([HOOK, ...HERE, ...ids.flatMap((id) => ['--replay', id]), '--json'])).toMatchObject({
    ...{ replay: ids, json: true },
  });
  expect(parse([HOOK, ...HERE, '--since', '-V1StGXR8Z5jdHi6BmyT0']).since).toEqual(
    parse([HOOK, ...HERE, '--since=-V1StGXR8Z5jdHi6BmyT0']).since,
  );
  expect(() => parse([HOOK, ...HERE, '--replay', '--json'])).toThrow('--replay needs a value.');
});

test('what could be a secret is not repeated in a sentence', () => {
  expect(() => parse([HOOK, '--to', 'http://me:hidden@localhost'])).toThrow(expect.not.stringContaining('hidden'));
});
