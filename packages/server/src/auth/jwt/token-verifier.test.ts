import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import {
  EC,
  ED,
  forge,
  hmac,
  hs256,
  type Pair,
  RSA,
  SECRET,
  signature,
  verifierOf,
} from '../../../test/support/tokens.ts';
import { TokenFault } from './token-fault.ts';
import { createTokenVerifier, type TokenVerifier } from './token-verifier.ts';

/** The time of the tests' clock, in seconds. */
const NOW = 1_800_000_000;
const IN_AN_HOUR = NOW + 3600;
const GOOD = { sub: '42', exp: IN_AN_HOUR };
const KEYS: readonly (readonly [alg: string, keys: Pair])[] = [
  ['RS256', RSA],
  ['ES256', EC],
  ['EdDSA', ED],
  ['Ed25519', ED],
];

/** What is wrong with a token, as the client is told it. */
async function faultOf(verifier: TokenVerifier, token: string): Promise<string> {
  const error = await verifier.verify(token).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TokenFault)) throw new Error(`no TokenFault but ${error}`);
  // Whatever the fault is, these are never part of it.
  expect(error.message).not.toContain(SECRET);
  for (const part of token.split('.')) if (part.length > 8) expect(error.message).not.toContain(part);
  return `${error.code}: ${error.message}`;
}

describe('good tokens', () => {
  test('G8.4 HS256 with the secret gives user, expiry and rooms', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET });
    const rooms = ['orders:7', 'live:lobby', 'orders:7'];
    const token = await new SignJWT({ ...GOOD, rooms }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET));
    expect(await verifier.verify(token)).toEqual({
      userId: '42',
      expiresAt: IN_AN_HOUR * 1000,
      rooms: ['orders:7', 'live:lobby'],
    });
  });

  test.each(KEYS)('G8.4 %s with its public key, as a library makes it', async (alg, keys) => {
    const { verifier } = verifierOf({ jwtPublicKey: keys.pem });
    const token = await new SignJWT(GOOD).setProtectedHeader({ alg, kid: 'any' }).sign(keys.privateKey);
    expect(await verifier.verify(token)).toMatchObject({ userId: '42', rooms: [] });
  });

  test('G8.4 with several keys configured the algorithm of the token decides which one counts', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET, jwtPublicKey: EC.pem });
    expect(await verifier.verify(hs256(GOOD))).toMatchObject({ userId: '42' });
    expect(await verifier.verify(forge({ alg: 'ES256' }, GOOD, signature(EC)))).toMatchObject({ userId: '42' });
    expect(await faultOf(verifier, forge({ alg: 'RS256' }, GOOD, signature(RSA)))).toBe(
      'TOKEN_INVALID: The token is signed with an algorithm (alg) that is not accepted; accepted are HS256, ES256.',
    );
  });

  test('G8.4 a token without an expiry is good for ever, and the log says so once', async () => {
    const { verifier, lines } = verifierOf({ jwtSecret: SECRET });
    for (const sub of ['a', 'b']) expect(await verifier.verify(hs256({ sub }))).toMatchObject({ expiresAt: null });
    expect(lines).toEqual([expect.stringContaining('without an expiry')]);
  });

  test('without any key there is no verifier', () => {
    const none = { jwtSecret: '', jwtPublicKey: '', jwksUrl: '', jwtAudience: 'a', jwtIssuer: 'b' };
    const log = { debug: () => {}, info: () => {}, warn: () => {} };
    expect(createTokenVerifier(none, log)).toBeNull();
  });
});

describe('signatures', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', 'none ', '', 'hs256', 'HS512', 'HS256\u0000', '__proto__', 'constructor'])(
    'G8.4 the algorithm %j is refused, with a signature and without',
    async (alg) => {
      const { verifier } = verifierOf({ jwtSecret: SECRET, jwtPublicKey: RSA.pem });
      const fault = /^TOKEN_INVALID: The token is signed with an algorithm \(alg\) that is not accepted/;
      expect(await faultOf(verifier, forge({ alg }, GOOD, hmac(SECRET)))).toMatch(fault);
      expect(
        await faultOf(
          verifier,
          forge({ alg }, GOOD, () => ''),
        ),
      ).toMatch(/^TOKEN_INVALID: The token is not a signed/);
      expect(
        await faultOf(
          verifier,
          forge({ alg }, GOOD, () => 'x'),
        ),
      ).toMatch(fault);
    },
  );

  test('G8.4 an algorithm that is no text is refused', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET });
    for (const alg of [['HS256'], { toString: 'HS256' }, 256, null, true, undefined]) {
      expect(await faultOf(verifier, forge({ alg }, GOOD, hmac(SECRET)))).toContain('names no algorithm');
    }
  });

  test.each(KEYS)(
    'G8.4 HS256 signed with the public key of %s is refused (algorithm confusion)',
    async (_alg, keys) => {
      const secrets = [
        keys.pem,
        keys.pem.trim(),
        keys.publicKey.export({ type: 'spki', format: 'der' }).toString('latin1'),
      ];
      // With the public key alone, and with a secret beside it, where HS256 as such is accepted.
      for (const jwtSecret of ['', SECRET]) {
        const { verifier } = verifierOf({ jwtSecret, jwtPublicKey: keys.pem });
        const said = jwtSecret === '' ? 'algorithm (alg) that is not accepted' : 'The signature of the token is wrong';
        for (const secret of secrets) {
          expect(await faultOf(verifier, forge({ alg: 'HS256' }, GOOD, hmac(secret)))).toContain(said);
        }
      }
    },
  );

  test.each(KEYS)(
    'G8.4 an %s token of another key, tampered with, or with half a signature is refused',
    async (alg, keys) => {
      const { verifier } = verifierOf({ jwtPublicKey: keys.pem });
      const [header, , end = ''] = forge({ alg }, GOOD, signature(keys)).split('.');
      const payload = Buffer.from(JSON.stringify({ ...GOOD, sub: '1' })).toString('base64url');
      const [good, own] = [Buffer.from(JSON.stringify(GOOD)).toString('base64url'), Buffer.from(end, 'base64url')];
      own[0] = (own[0] ?? 0) ^ 1;
      const zero = Buffer.alloc(own.length).toString('base64url');
      for (const parts of [
        [header, payload, end],
        [header, good, end.slice(0, end.length / 2)],
        [header, good, own.toString('base64url')],
        [header, good, zero],
      ]) {
        expect(await faultOf(verifier, parts.join('.'))).toBe('TOKEN_INVALID: The signature of the token is wrong.');
      }
    },
  );

  test('G8.4 keys that a token brings along, or points to, are left alone', async () => {
    const { verifier } = verifierOf({ jwtPublicKey: EC.pem });
    const jwk = RSA.publicKey.export({ format: 'jwk' });
    const brought = { jwk, jku: 'http://127.0.0.1:1/jwks', x5u: 'http://127.0.0.1:1/cert', x5c: ['MIIB'] };
    expect(await faultOf(verifier, forge({ alg: 'RS256', ...brought }, GOOD, signature(RSA)))).toContain('algorithm');
    const other = verifierOf({ jwtPublicKey: EC.pem, jwtSecret: SECRET }).verifier;
    const oct = { kty: 'oct', k: Buffer.from('x'.repeat(32)).toString('base64url') };
    const forged = forge({ alg: 'HS256', ...brought, jwk: oct }, GOOD, hmac('x'.repeat(32)));
    expect(await faultOf(other, forged)).toContain('The signature of the token is wrong');
  });

  test('G8.4 a key id chooses no other key, whatever stands in it', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET });
    for (const kid of [
      '../../../../dev/null',
      "x' UNION SELECT 'k'; --",
      'http://127.0.0.1:1/key',
      '/proc/self/environ',
      '',
    ]) {
      // The empty file, and the row, that such a kid aims at would be these secrets.
      for (const secret of ['', 'k']) {
        expect(await faultOf(verifier, forge({ alg: 'HS256', kid }, GOOD, hmac(secret)))).toContain('signature');
      }
      expect(await verifier.verify(hs256(GOOD, { kid }))).toMatchObject({ userId: '42' });
    }
    for (const kid of [['a'], { a: 1 }, 7, null]) {
      expect(await faultOf(verifier, hs256(GOOD, { kid }))).toContain('The key id (kid) of the token is not text');
    }
  });

  test('G8.4 extensions that must be understood are refused', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET });
    for (const crit of [['b64'], ['exp'], ['http://x.example'], [], 'b64', null]) {
      expect(await faultOf(verifier, hs256(GOOD, { crit, b64: false }))).toContain('(crit)');
    }
  });

  test('G8.4 a compressed payload is not unpacked', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET });
    const bomb = deflateRawSync(JSON.stringify({ ...GOOD, x: ' '.repeat(1_000_000) }));
    const token = forge({ alg: 'HS256', zip: 'DEF' }, bomb, hmac(SECRET));
    expect(await faultOf(verifier, token)).toBe('TOKEN_INVALID: The claims of the token cannot be read.');
  });
});

describe('form', () => {
  const { verifier } = verifierOf({ jwtSecret: SECRET });
  const good = hs256(GOOD);
  const [header = '', payload = '', end = ''] = good.split('.');

  test('G8.4 white space, other alphabets and other numbers of parts are refused', async () => {
    for (const token of [
      ...['', ' ', '.', '..', '...', 'abc', `${header}.${payload}`, `${header}.${payload}.`, `.${payload}.${end}`],
      ...[` ${good}`, `${good}\n`, `${good} `, `Bearer ${good}`, `${header}. ${payload}.${end}`, `${good}\u0000`],
      ...[`${good}.`, `${good}.${end}`, `${good}.${header}.${end}`, `${good}=`, `${header}=.${payload}.${end}`],
      ...[`\ufeff${good}`, `${header}\u2024${payload}\u2024${end}`, `${header}。${payload}。${end}`, `${good}\u200b`],
      ...[good.replaceAll('-', '+').replaceAll('_', '/').concat('+/')],
    ]) {
      expect(await faultOf(verifier, token)).toBe(
        'TOKEN_INVALID: The token is not a signed JWT: three parts of base64url with dots between them.',
      );
    }
  });

  test('G8.4 a header or payload that is no JSON object is refused', async () => {
    for (const bad of ['', '[]', 'null', '"x"', '7', '{', '{"alg":"HS256"', Buffer.from([0xff, 0xfe])]) {
      expect(await faultOf(verifier, forge(bad, GOOD, hmac(SECRET)))).toMatch(/^TOKEN_INVALID: The (header|token)/);
      const fault = /^TOKEN_INVALID: The (claims of the token cannot be read|token is not a signed)/;
      expect(await faultOf(verifier, forge({ alg: 'HS256' }, bad, hmac(SECRET)))).toMatch(fault);
    }
  });

  test('G8.4 a token over 8 KiB is refused before it is read, one below is not', async () => {
    expect(await faultOf(verifier, hs256({ ...GOOD, x: 'x'.repeat(8192) }))).toContain('longer than 8192 characters');
    expect(await faultOf(verifier, '\u{1f600}'.repeat(10_000_000))).toContain('longer than 8192 characters');
    expect(await verifier.verify(hs256({ ...GOOD, x: 'x'.repeat(5500) }))).toMatchObject({ userId: '42' });
  });

  test('G8.5 of random text and random headers nothing but a fault comes', async () => {
    const property = fc.asyncProperty(fc.string({ unit: 'binary' }), fc.json(), fc.json(), async (text, head, body) => {
      expect(await faultOf(verifier, text)).toContain('TOKEN_INVALID');
      expect(
        await faultOf(
          verifier,
          forge(head, body, () => text),
        ),
      ).toContain('TOKEN_INVALID');
    });
    await fc.assert(property, { seed: 8, numRuns: 60 });
  });
});

describe('times, audience and issuer', () => {
  test('G8.4 expiry and beginning are checked, with five seconds for clocks that differ', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET });
    expect(await verifier.verify(hs256({ sub: '42', exp: NOW - 4 }))).toMatchObject({ expiresAt: (NOW - 4) * 1000 });
    expect(await verifier.verify(hs256({ ...GOOD, nbf: NOW + 5 }))).toMatchObject({ userId: '42' });
    for (const exp of [NOW - 5, 0, -1]) {
      expect(await faultOf(verifier, hs256({ sub: '42', exp }))).toBe('TOKEN_EXPIRED: The token has expired (exp).');
    }
    expect(await faultOf(verifier, hs256({ ...GOOD, nbf: NOW + 6 }))).toBe(
      'TOKEN_INVALID: The token is not valid yet (nbf).',
    );
  });

  test('G8.4 a token that was good expires while the clock goes on', async () => {
    const { verifier, clock } = verifierOf({ jwtSecret: SECRET });
    const token = hs256(GOOD);
    expect(await verifier.verify(token)).toMatchObject({ userId: '42' });
    clock.advance(3_605_000);
    expect(await faultOf(verifier, token)).toContain('TOKEN_EXPIRED');
  });

  test('G8.4 an expired token with a wrong signature is a wrong token, not an expired one', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET });
    expect(await faultOf(verifier, forge({ alg: 'HS256' }, { sub: '42', exp: 1 }, hmac('x')))).toContain(
      'TOKEN_INVALID',
    );
  });

  test('G8.4 times that are no numbers, or no times, are refused', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET });
    for (const exp of [String(IN_AN_HOUR), null, [IN_AN_HOUR], true, {}, 8.65e12, 1e300]) {
      expect(await faultOf(verifier, hs256({ sub: '42', exp }))).toMatch(
        /^TOKEN_INVALID: The (claim exp|expiry \(exp\))/,
      );
    }
    const infinite = forge({ alg: 'HS256' }, '{"sub":"42","exp":1e999}', hmac(SECRET));
    expect(await faultOf(verifier, infinite)).toContain('TOKEN_INVALID');
    expect(await faultOf(verifier, hs256({ ...GOOD, nbf: '1' }))).toContain(
      'The claim nbf of the token is not a number',
    );
  });

  test('G8.4 another audience or issuer, or none, is refused where one is demanded', async () => {
    const { verifier } = verifierOf({ jwtSecret: SECRET, jwtAudience: 'roomcast', jwtIssuer: 'https://id.example' });
    const iss = 'https://id.example';
    for (const aud of ['roomcast', ['other', 'roomcast']]) {
      expect(await verifier.verify(hs256({ ...GOOD, aud, iss }))).toMatchObject({ userId: '42' });
    }
    for (const aud of [
      'Roomcast',
      'roomcast ',
      'other',
      '',
      [],
      ['other'],
      [['roomcast']],
      { roomcast: 1 },
      null,
      undefined,
    ]) {
      expect(await faultOf(verifier, hs256({ ...GOOD, aud, iss }))).toContain('not meant for this server (aud)');
    }
    for (const bad of ['https://id.example/', 'http://id.example', '', [iss], null, undefined]) {
      expect(await faultOf(verifier, hs256({ ...GOOD, aud: 'roomcast', iss: bad }))).toContain('(iss)');
    }
  });
});

describe('subject and rooms', () => {
  const { verifier } = verifierOf({ jwtSecret: SECRET });

  test('G2.5 a token says in words what is wrong with its subject', async () => {
    const faults: readonly (readonly [sub: unknown, fault: string])[] = [
      [undefined, 'The token has no subject (sub).'],
      ...[42, null, { id: 42 }, ['42'], true].map(
        (sub) => [sub, 'The subject (sub) of the token is not text.'] as const,
      ),
      ['', 'The subject (sub) of the token is empty.'],
      ['x'.repeat(129), 'The subject (sub) of the token is longer than 128 characters.'],
      ['a\u0000b', 'The subject (sub) of the token has a control character.'],
      ['a\nb', 'The subject (sub) of the token has a control character.'],
      ['a\u202eb', 'The subject (sub) of the token has a control character.'],
      [' 42', 'The subject (sub) of the token begins or ends with white space.'],
      ['\ud800', 'The subject (sub) of the token has a lone surrogate.'],
    ];
    for (const [sub, fault] of faults) {
      expect(await faultOf(verifier, hs256({ ...GOOD, sub }))).toBe(`TOKEN_INVALID: ${fault}`);
    }
  });

  test('G8.4 a subject is taken as it is: in any script, with colons, unchanged', async () => {
    for (const sub of ['auth0|5f7c', 'urn:user:42', 'Ada', 'ada', '部屋', '😀'.repeat(128), '__proto__', '../42']) {
      expect(await verifier.verify(hs256({ ...GOOD, sub }))).toMatchObject({ userId: sub });
    }
  });

  test('G8.5 the claim rooms is a list of at most 128 full names', async () => {
    const many = Array.from({ length: 129 }, (_, index) => `a:${index}`);
    expect((await verifier.verify(hs256({ ...GOOD, rooms: many.slice(1) }))).rooms).toHaveLength(128);
    const faults: readonly (readonly [rooms: unknown, fault: string])[] = [
      [many, 'has more than 128 entries'],
      ...['orders:7', { 0: 'orders:7' }, null, 7].map((rooms) => [rooms, 'is not a list'] as const),
      [['orders:7', 8], 'Entry 2 of the claim rooms of the token is not text'],
      [['lobby'], 'Entry 1 of the claim rooms of the token has no namespace'],
      [['orders:'], 'Entry 1 of the claim rooms of the token is empty'],
    ];
    for (const [rooms, fault] of faults) expect(await faultOf(verifier, hs256({ ...GOOD, rooms }))).toContain(fault);
  });
});
