import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../http/problem.ts';
import { Signatures, type SignedRequest, signatureOf } from './signatures.ts';

const SECRET = 'a shared secret of at least 32 characters';
const NOW = 1_800_000_000;

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly timestamp: string;
  readonly signature: string;
}

const REQUEST = { method: 'POST', url: '/api/push?a=1', body: '{"event":"a"}', timestamp: String(NOW) };

/** A request that is signed as it is, then changed on its way. */
function sent(changes: Partial<Sent> = {}, signed: Partial<Sent> = {}, secret = SECRET): SignedRequest {
  const { method, url: path, body, timestamp } = { ...REQUEST, ...signed };
  const signature = `v1=${signatureOf(secret, { method, path, body, timestamp }).toString('hex')}`;
  const final: Sent = { ...REQUEST, ...signed, signature, ...changes };
  const headers = { 'roomcast-timestamp': final.timestamp, 'roomcast-signature': final.signature };
  const raw = { method: final.method, url: final.url, headers } as unknown as IncomingMessage;
  return { raw, bodyBytes: Buffer.from(final.body) };
}

function setUp(capacity?: number) {
  const clock = { now: () => NOW * 1000, monotonic: () => 0 };
  return new Signatures({ secret: SECRET, clock, ...(capacity === undefined ? {} : { capacity }) });
}

function refusalOf(signatures: Signatures, request: SignedRequest): string {
  try {
    return `taken: ${signatures.check(request)}`;
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.code}: ${error.message}`;
    throw error;
  }
}

describe('signed requests', () => {
  test('G8.2 the form is fixed: other languages compute the same', () => {
    // printf '1800000000\nPOST\n/api/push\n{}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    const request = { timestamp: '1800000000', method: 'POST', path: '/api/push', body: '{}' };
    expect(signatureOf('0123456789abcdef0123456789abcdef', request).toString('hex')).toBe(
      '6e79ebd9682cd929f0f500b1d5b9652e2cd93349b0a84cd25145367d62e46823',
    );
  });

  test('G8.2 pass once, and not again', () => {
    const signatures = setUp();
    expect(signatures.check(sent())).toBe(true);
    expect(refusalOf(signatures, sent())).toMatch(/^UNAUTHENTICATED: This signature has been used/);
    const upper = sent();
    upper.raw.headers['roomcast-signature'] = String(upper.raw.headers['roomcast-signature']).replace(
      /[0-9a-f]{64}/,
      (hex) => hex.toUpperCase(),
    );
    expect(refusalOf(signatures, upper)).toMatch(/has been used/);
  });

  test('G8.2 the same request passes twice within a second where decimals tell them apart', () => {
    const signatures = setUp();
    for (const timestamp of [`${NOW}`, `${NOW}.0`, `${NOW}.25`, `${NOW}.123456789`]) {
      expect(signatures.check(sent({}, { timestamp }))).toBe(true);
      expect(refusalOf(signatures, sent({}, { timestamp }))).toMatch(/has been used/);
    }
    expect(refusalOf(setUp(), sent({ timestamp: `${NOW}.5` }))).toMatch(/The signature is wrong/);
    expect(refusalOf(setUp(), sent({}, { timestamp: `${NOW + 300}.5` }))).toMatch(/ahead of/);
  });

  test('G8.2 those that were changed on their way are refused', () => {
    const changes: readonly Partial<Sent>[] = [
      { body: '{"event":"b"}' },
      { body: '{"event":"a"} ' },
      { url: '/api/push?a=2' },
      { url: '/api/push' },
      { url: '/api/push/batch' },
      { method: 'DELETE' },
      { timestamp: String(NOW + 1) },
    ];
    for (const change of changes)
      expect(refusalOf(setUp(), sent(change))).toMatch(/^UNAUTHENTICATED: The signature is wrong/);
  });

  test('G8.2 those with the wrong secret are refused', () => {
    expect(refusalOf(setUp(), sent({}, {}, 'another secret of at least 32 chars.'))).toMatch(/signature is wrong/);
  });

  test('G8.2 old ones and ones from the future are refused, five minutes are allowed', () => {
    for (const off of [-300, -1, 0, 1, 300]) {
      expect(refusalOf(setUp(), sent({}, { timestamp: String(NOW + off) }))).toBe('taken: true');
    }
    expect(refusalOf(setUp(), sent({}, { timestamp: String(NOW - 301) }))).toMatch(/301 s behind this server's clock/);
    expect(refusalOf(setUp(), sent({}, { timestamp: String(NOW + 301) }))).toMatch(
      /301 s ahead of this server's clock/,
    );
  });

  test('G8.2 headers of another form are refused', () => {
    const hex = 'a'.repeat(64);
    const bad = ['', 'v1=', hex, `v2=${hex}`, `v1=${hex.slice(1)}`, `v1=${hex}a`, `v1=${'g'.repeat(64)}`, 'v1'];
    for (const signature of bad)
      expect(refusalOf(setUp(), sent({ signature }))).toMatch(/^UNAUTHENTICATED: The header Roomcast-Sig/);
    for (const timestamp of [
      '',
      'now',
      '1.',
      '.5',
      '1.5.5',
      '1.0000000001',
      '-1',
      '1e9',
      ' 1800000000',
      '9'.repeat(13),
    ]) {
      expect(refusalOf(setUp(), sent({ timestamp }))).toMatch(/^UNAUTHENTICATED: The header Roomcast-Timestamp/);
    }
    const many = Array.from({ length: 5 }, () => `v1=${hex}`).join(',');
    expect(refusalOf(setUp(), sent({ signature: many }))).toMatch(/The header Roomcast-Signature/);
  });

  test('G8.2 while a secret is being changed, one of several signatures is enough', () => {
    const right = String(sent().raw.headers['roomcast-signature']);
    const wrong = `v1=${'0'.repeat(64)}`;
    expect(refusalOf(setUp(), sent({ signature: `${wrong}, v2=new, ${right}` }))).toBe('taken: true');
  });

  test('G8.2 what cannot be remembered is refused, not waved through', () => {
    const signatures = setUp(1);
    expect(signatures.check(sent())).toBe(true);
    expect(refusalOf(signatures, sent({}, { body: '1' }))).toMatch(/^OVERLOADED/);
    expect(refusalOf(signatures, sent())).toMatch(/has been used/);
  });

  test('G8.2 a request that is not signed is none of them; one that is, is refused where none are taken', () => {
    const clock = { now: () => NOW * 1000, monotonic: () => 0 };
    const unsigned = { raw: { headers: {} } as IncomingMessage, bodyBytes: null };
    expect(setUp().check(unsigned)).toBe(false);
    expect(refusalOf(new Signatures({ secret: '', clock }), sent())).toMatch(/pushSecret is not set/);
  });
});
