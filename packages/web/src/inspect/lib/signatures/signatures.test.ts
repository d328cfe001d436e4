import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { capturedRequest } from '../../../../test/support/captured-request.ts';
import { checkSignature, type OwnHmac, PROVIDERS, providerOf, USUAL_HMAC } from './index.ts';

type Headers = readonly (readonly [string, string])[];
type Body = string | Uint8Array;

const CAME = '2026-01-02T03:04:05.000Z';
const NOW = Date.parse(CAME) / 1000;

const request = (headers: Headers, body: Body, more: object = {}) =>
  capturedRequest({ headers, body, timestamp: CAME, ...more });
const sign = (key: string | Buffer, text: Body, encoding: 'hex' | 'base64' = 'hex', algorithm = 'sha256') =>
  createHmac(algorithm, key).update(text).digest(encoding);

const STRIPE_SECRET = 'whsec_test_secret';
const stripe = (body: Body, { at = NOW, key = STRIPE_SECRET, signed = body } = {}): Headers => [
  ['Stripe-Signature', `t=${at},v1=${sign(key, Buffer.concat([Buffer.from(`${at}.`), Buffer.from(signed)]))}`],
];
const github = (body: Body, key = 'secret'): Headers => [['X-Hub-Signature-256', `sha256=${sign(key, body)}`]];
const standardKey = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
const STANDARD_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const standard = (body: string, key: string | Buffer = standardKey, at = NOW): Headers => [
  ['Webhook-Id', 'msg_1'],
  ['Webhook-Timestamp', String(at)],
  ['Webhook-Signature', `v1,${sign(key, `msg_1.${at}.${body}`, 'base64')}`],
];

afterEach(() => {
  vi.unstubAllGlobals();
});

// What providers have published.

test('GitHub: the vector of its documentation is valid', async () => {
  const headers = [
    ['X-Hub-Signature-256', 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'],
  ] as const;
  const check = await checkSignature(request(headers, 'Hello, World!'), 'github', "It's a Secret to Everybody");
  expect(check).toMatchObject({ ok: true, reason: 'The signature is valid.' });
});

test('Slack: the vector of its documentation is valid', async () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
    '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
    '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const headers = [
    ['X-Slack-Request-Timestamp', '1531420618'],
    ['X-Slack-Signature', 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'],
  ] as const;
  const came = new Date(1_531_420_620_000).toISOString();
  const check = await checkSignature(
    request(headers, body, { timestamp: came }),
    'slack',
    '8f742231b10e8888abcd99yyyzzz85a5',
  );
  expect(check.ok).toBe(true);
  expect(check.steps.map(({ text }) => text)).toContain(
    'It was signed 2 s before the request came; 5 min are allowed.',
  );
});

test('Standard Webhooks: the vector of its libraries is valid, under the names of Svix as well', async () => {
  const fields = [
    ['id', 'msg_p5jXN8AQM9LWM0D4loKWxJek'],
    ['timestamp', '1614265330'],
    ['signature', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
  ];
  for (const prefix of ['Webhook-', 'svix-']) {
    const headers = fields.map(([name, value]) => [prefix + name, value ?? ''] as const);
    const captured = request(headers, '{"test": 2432232314}', { timestamp: new Date(1_614_265_330_000).toISOString() });
    expect(await checkSignature(captured, 'standard', STANDARD_SECRET)).toMatchObject({ ok: true });
    expect(await checkSignature(captured, 'standard', STANDARD_SECRET.slice(6))).toMatchObject({ ok: true });
  }
});

test.each([
  ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    'sha512',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554' +
      '9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
] as const)('own HMAC: the second vector of RFC 2202 and RFC 4231 is valid with %s', async (algorithm, signature) => {
  const own: OwnHmac = { header: 'X-Mac', algorithm, encoding: 'hex', prefix: 'v=', timestampHeader: null };
  const captured = request([['X-Mac', `v=${signature}`]], 'what do ya want for nothing?');
  expect(await checkSignature(captured, 'hmac', 'Jefe', undefined, own)).toMatchObject({ ok: true });
});

// What is valid.

test('Stripe: one of several signatures is enough', async () => {
  const [[name, value] = ['', '']] = stripe('{}');
  const captured = request([[name, value.replace('v1=', `v1=${'0'.repeat(64)},v0=abc,v1=`)]], '{}');
  const check = await checkSignature(captured, 'stripe', STRIPE_SECRET);
  expect(check).toMatchObject({ ok: true, reason: 'The signature is valid (number 2 of 2).' });
});

test('Shopify: base64 of the raw bytes is valid, whatever the bytes', async () => {
  const body = Uint8Array.of(0, 255, 128);
  const captured = request([['X-Shopify-Hmac-Sha256', sign('shpss_1', body, 'base64')]], body);
  expect(await checkSignature(captured, 'shopify', 'shpss_1')).toMatchObject({ ok: true });
});

test('Standard Webhooks: several signatures with a space between, v1a is said not to be checked', async () => {
  const headers = standard('{}').map(([name, value]) =>
    name === 'Webhook-Signature'
      ? ([name, `v1a,abc= v1,${'A'.repeat(43)}= ${value}`] as const)
      : ([name, value] as const),
  );
  const check = await checkSignature(request(headers, '{}'), 'standard', STANDARD_SECRET);
  expect(check.ok).toBe(true);
  expect(check.steps).toContainEqual({
    result: 'note',
    text: 'A v1a signature (ed25519) is there, too: it is not checked here.',
  });
});

test.each([
  [String(NOW - 5), '5 s before the request came (its time read as seconds since 1970).'],
  [String((NOW - 5) * 1000), '5 s before the request came (its time read as milliseconds since 1970).'],
  ['2026-01-02T03:04:00Z', '5 s before the request came (its time read as ISO 8601).'],
  ['yesterday', 'a form of its own, and was not looked at.'],
])('W11 own HMAC: a time signed as %s is valid, as nobody prescribes its form', async (time, told) => {
  const own: OwnHmac = { ...USUAL_HMAC, timestampHeader: 'X-Time' };
  const headers = [
    ['X-Signature', sign('k', `${time}.{}`)],
    ['X-Time', time],
  ] as const;
  const checked = await checkSignature(request(headers, '{}'), 'hmac', 'k', undefined, own);
  expect(checked).toMatchObject({ ok: true, reason: 'The signature is valid.' });
  expect(checked.steps.map(({ text }) => text).join('\n')).toContain(told);
});

test('own HMAC: time and body signed together are valid', async () => {
  const own: OwnHmac = { ...USUAL_HMAC, encoding: 'base64', timestampHeader: 'X-Time' };
  const headers = [
    ['X-Time', String(NOW)],
    ['X-Signature', sign('k', `${NOW}.{}`, 'base64')],
  ] as const;
  expect(await checkSignature(request(headers, '{}'), 'hmac', 'k', undefined, own)).toMatchObject({ ok: true });
});

test('a request without a body may be signed', async () => {
  expect(await checkSignature(request(github(''), ''), 'github', 'secret')).toMatchObject({ ok: true });
});

// Headers.

test.each([
  ['stripe', [], 'The header Stripe-Signature is missing. No header looks like a signature'],
  ['stripe', github('{}'), 'There is X-Hub-Signature-256: this looks like GitHub'],
  ['github', [['X-Acme-Signature', 'x']], 'What looks like a signature: X-Acme-Signature.'],
  ['slack', [['X-Slack-Signature', 'v0=1']], 'The header X-Slack-Request-Timestamp is missing.'],
  [
    'slack',
    [
      ['X-Slack-Signature', 'abc'],
      ['X-Slack-Request-Timestamp', '1'],
    ],
    'does not begin with v0=',
  ],
  ['github', [['X-Hub-Signature-256', 'abc']], 'X-Hub-Signature-256 does not begin with sha256='],
  ['github', [...github('{}'), ...github('{}')], 'is there 2 times: one is due'],
  ['github', [['X-Hub-Signature-256', '']], 'is empty'],
  ['github', [['X-Hub-Signature-256', 'sha256=<nil>']], 'is malformed: it is neither hexadecimal nor base64'],
  ['github', [['X-Hub-Signature-256', 'sha256=abcdef12']], 'has 4 bytes, but SHA-256 gives 32: it is cut off'],
  ['stripe', [['Stripe-Signature', 'v1=00']], 'has no t='],
  ['stripe', [['Stripe-Signature', 't=1,v0=00']], 'has no v1='],
  ['standard', standard('{}').slice(1), 'The header webhook-id is missing.'],
  [
    'standard',
    [...standard('{}').slice(0, 2), ['Webhook-Signature', 'v1a,x']],
    'only v1a (ed25519), which is not checked',
  ],
] as const)('%s with the headers %j says: %s', async (provider, headers, reason) => {
  const check = await checkSignature(request(headers, '{}'), provider, 'x');
  expect(check.ok).toBe(false);
  expect(check.reason).toContain(reason);
});

test('GitHub: where there is only the old SHA-1 it is said, and that the secret is right', async () => {
  const headers = [['X-Hub-Signature', `sha1=${sign('secret', '{}', 'hex', 'sha1')}`]] as const;
  const check = await checkSignature(request(headers, '{}'), 'github', 'secret');
  expect(check.ok).toBe(false);
  expect(check.reason).toMatch(/X-Hub-Signature-256 is missing.*SHA-1.*the secret is right/);
});

// Time.

test.each([
  ['too old', NOW - 720, /matches, but not its time\. It was signed 12 min before the request came, too long: 5 min/],
  ['in the future', NOW + 600, /signed 10 min after the request came, in the future.*clocks is wrong/],
  ['in milliseconds', NOW * 1000, /not in seconds since 1970: it looks like milliseconds/],
])('a signature whose time is %s says by how much, and that it matches', async (_, at, reason) => {
  const check = await checkSignature(request(standard('{}', standardKey, at), '{}'), 'standard', STANDARD_SECRET);
  expect(check.ok).toBe(false);
  expect(check.reason).toMatch(reason);
});

test("Stripe: a time in the future is accepted, as by Stripe's own libraries", async () => {
  const captured = request(stripe('{}', { at: NOW + 600 }), '{}');
  expect(await checkSignature(captured, 'stripe', STRIPE_SECRET)).toMatchObject({ ok: true });
});

test('a signature is judged as of when the request came, or of another time', async () => {
  const captured = request(stripe('{}'), '{}');
  expect(await checkSignature(captured, 'stripe', STRIPE_SECRET)).toMatchObject({ ok: true });
  const late = await checkSignature(captured, 'stripe', STRIPE_SECRET, (NOW + 10_800) * 1000);
  expect(late.ok).toBe(false);
  expect(late.reason).toMatch(/as the request came, in time; but now it is 3 h old/);
});

// The secret.

test.each([
  [` ${STRIPE_SECRET}\n`, 'does if the white space around the secret is taken off.'],
  [`"${STRIPE_SECRET}"`, 'does if the quotes around the secret are taken off.'],
])('the secret %j is seen through', async (secret, reason) => {
  const check = await checkSignature(request(stripe('{}'), '{}'), 'stripe', secret);
  expect(check.ok).toBe(false);
  expect(check.reason).toContain(reason);
});

test.each([
  [STANDARD_SECRET, 'if the secret is taken as text, with whsec_, and not decoded'],
  [STANDARD_SECRET.slice(6), 'if the secret is taken as text, without its whsec_'],
])('Standard Webhooks: a sender that takes the secret raw (%s) is found out', async (key, reason) => {
  const check = await checkSignature(request(standard('{}', key), '{}'), 'standard', STANDARD_SECRET);
  expect(check.ok).toBe(false);
  expect(check.reason).toContain(reason);
});

test('Standard Webhooks: a secret that is not base64 is said', async () => {
  const check = await checkSignature(request(standard('{}'), '{}'), 'standard', 'not base64!');
  expect(check.reason).toContain('The secret should be base64');
});

test.each([
  [Buffer.from('00ff10', 'hex'), '00ff10', 'the secret is decoded from hexadecimal'],
  [Buffer.from('c2VjcmV0', 'base64'), 'c2VjcmV0', 'the secret is decoded from base64'],
])('own HMAC: a sender that decodes the secret is found out', async (key, secret, reason) => {
  const captured = request([['X-Signature', sign(key, '{}')]], '{}');
  expect((await checkSignature(captured, 'hmac', secret)).reason).toContain(reason);
});

test.each([
  ['stripe', stripe('{}'), 'sk_live_1', 'This is an API key.'],
  ['stripe', stripe('{}'), 'we_1', "This is the endpoint's id."],
  ['stripe', stripe('{}'), 'abc', 'begin with whsec_, this one does not'],
  ['github', github('{}'), 'ghp_abc', 'This is an access token.'],
  ['shopify', [['X-Shopify-Hmac-Sha256', sign('a', '{}', 'base64')]], 'shpat_1', 'This is an access token.'],
] as const)('%s: a secret that is something else is said', async (provider, headers, secret, reason) => {
  const check = await checkSignature(request(headers, '{}'), provider, secret);
  expect(check.reason).toContain(reason);
});

test('no secret is said', async () => {
  expect((await checkSignature(request(github('{}'), '{}'), 'github', ' ')).reason).toBe(
    'There is no secret to check with.',
  );
});

test('a page over plain HTTP, where browsers have no cryptography, says so', async () => {
  vi.stubGlobal('crypto', {});
  const check = await checkSignature(request(github('{}'), '{}'), 'github', 'secret');
  expect(check.reason).toContain('only on pages that come over HTTPS or from localhost');
});

test('another secret: expected and received are shown by their beginnings, the secret is not', async () => {
  const check = await checkSignature(request(github('{}', 'right'), '{}'), 'github', 'wrong-one');
  expect(check.reason).toBe('The signature does not match: it was made with another secret, or of other bytes.');
  expect(check.steps.at(-1)).toEqual({
    result: 'bad',
    text: `Expected ${sign('wrong-one', '{}').slice(0, 12)}…, received ${sign('right', '{}').slice(0, 12)}….`,
  });
  expect(JSON.stringify(check)).not.toContain('wrong-one');
});

// The body.

test.each([
  ['{"a": 1}\n', '{"a": 1}', 'the line break at the end of the body is taken off'],
  [' {"a": 1} ', '{"a": 1}', 'white space at the ends of the body is taken off'],
  ['{"a":1}', '{"a":1}\n', 'a line break is added'],
  ['a\r\nb', 'a\nb', 'CRLF in the body becomes LF'],
  ['a\nb', 'a\r\nb', 'LF in the body becomes CRLF'],
  ['\uFEFFa', 'a', 'the byte order mark is taken off'],
  ['{"a": "é", "b": [1, {}]}', '{"a":"é","b":[1,{}]}', 'as JSON.stringify does'],
  ['{"a":"é","b":[1,{}]}', '{"a": "é", "b": [1, {}]}', "as Python's json.dumps does"],
  ['{"a":"é","b":[1,{}]}', '{"a": "\\u00e9", "b": [1, {}]}', "with spaces and \\u escapes, as Python's"],
  ['{"a":"x/é"}', '{"a":"x\\/\\u00e9"}', "as PHP's json_encode does"],
  ['{"a":1}', '{\n  "a": 1\n}', 'with an indent of two spaces'],
])('a body %j that was signed as %j is found out', async (body, signed, reason) => {
  const check = await checkSignature(request(stripe(body, { signed }), body), 'stripe', STRIPE_SECRET);
  expect(check.ok).toBe(false);
  expect(check.reason).toContain(reason);
  expect(check.reason).toContain('The bytes that came are not those that were signed');
});

test('a body that was compressed after it was signed is found out', async () => {
  const headers: Headers = [...github('{"a":1}'), ['Content-Encoding', 'gzip']];
  const check = await checkSignature(request(headers, gzipSync('{"a":1}')), 'github', 'secret');
  expect(check.reason).toContain('if the body is decompressed (gzip)');
});

test('a body that was not kept as a whole is said', async () => {
  const captured = request(github('{"a":1}'), '{"a"', { truncated: true });
  expect((await checkSignature(captured, 'github', 'secret')).reason).toContain('not kept as a whole');
});

test('two things that are wrong at the same time are both found', async () => {
  const check = await checkSignature(request(github('{"a":1}'), '{"a":1}\n'), 'github', 'secret ');
  expect(check.reason).toContain('white space around the secret is taken off, and the line break at the end');
});

test('a large body is given up in time', async () => {
  const body = JSON.stringify(Array.from({ length: 150_000 }, () => 'abcd'));
  const check = await checkSignature(request(github('other'), body), 'github', 'secret');
  expect(check.reason).toContain('does not match');
}, 10_000);

// The scheme.

test.each([
  [sign('k', '{}', 'base64'), 'the signature is read as base64 instead of hex'],
  [sign('k', '{}', 'hex', 'sha1'), 'SHA-1 is used instead of SHA-256'],
  [sign('k', '{}', 'hex', 'sha512'), 'SHA-512 is used instead of SHA-256'],
  [sign('k', '77.{}'), 'X-Request-Timestamp and a “.” is signed before the body'],
])('own HMAC: the signature %s is found out', async (signature, reason) => {
  const headers = [
    ['X-Signature', signature],
    ['X-Request-Timestamp', '77'],
  ] as const;
  const check = await checkSignature(request(headers, '{}'), 'hmac', 'k');
  expect(check.ok).toBe(false);
  expect(check.reason).toContain(reason);
});

test('Shopify: hexadecimal instead of base64 is found out', async () => {
  const captured = request([['X-Shopify-Hmac-Sha256', sign('k', '{}')]], '{}');
  expect((await checkSignature(captured, 'shopify', 'k')).reason).toContain('read as hex instead of base64');
});

test('Slack: a sender that signs the body alone is found out', async () => {
  const headers = [
    ['X-Slack-Request-Timestamp', String(NOW)],
    ['X-Slack-Signature', `v0=${sign('k', '{}')}`],
  ] as const;
  expect((await checkSignature(request(headers, '{}'), 'slack', 'k')).reason).toContain('the body alone is signed');
});

test('whose signature it is shows in the headers', () => {
  expect(providerOf(request(stripe('{}'), '{}'))).toBe('stripe');
  expect(providerOf(request([['x-hub-signature', 'sha1=00']], '{}'))).toBe('github');
  expect(providerOf(request([['svix-signature', 'v1,x']], '{}'))).toBe('standard');
  expect(providerOf(request([['Host', 'a']], '{}'))).toBeNull();
});

test('every provider says what its secret looks like', () => {
  expect(PROVIDERS.map(({ id }) => id)).toEqual(['stripe', 'github', 'slack', 'shopify', 'standard', 'hmac']);
  for (const { label, secretHint } of PROVIDERS) expect([label, secretHint]).not.toContain('');
});
