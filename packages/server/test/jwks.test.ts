import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { downloadKeySet } from '../src/auth/jwt/key-download.ts';
import { RemoteKeys } from '../src/auth/jwt/remote-keys.ts';
import type { TokenVerifier } from '../src/auth/jwt/token-verifier.ts';
import { ManualClock } from './support/core.ts';
import { EC, ED, forge, hmac, hs256, type Pair, RSA, SECRET, signature, verifierOf } from './support/tokens.ts';

const CLAIMS = { sub: '42', exp: 1_800_003_600 };
const AWAY = 'The keys of tokens cannot be had just now; try again later.';
const UNKNOWN = 'The token is signed with a key that is not in the key set.';

/** A server of keys that answers as the test says, and counts how often it is asked. */
class KeyServer {
  asked = 0;
  answer: (request: IncomingMessage, response: ServerResponse) => void = this.serving();
  readonly #server = createServer((request, response) => {
    this.asked += 1;
    this.answer(request, response);
  });

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/jwks?key=hidden`;
  }

  /** An answer with these keys, by id. */
  serving(
    keys: Readonly<Record<string, Pair>> = {},
    more: Readonly<Record<string, unknown>> = {},
  ): KeyServer['answer'] {
    const set = Object.entries(keys).map(([kid, { publicKey }]) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      ...more,
    }));
    return (_request, response) => void response.end(JSON.stringify({ keys: set }));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

let server: KeyServer;
const verifiers: TokenVerifier[] = [];

beforeEach(async () => {
  server = new KeyServer();
  await server.start();
});
afterEach(async () => {
  for (const verifier of verifiers.splice(0)) verifier.stop();
  await server.stop();
});

function start(settings: Parameters<typeof verifierOf>[0] = {}) {
  const started = verifierOf({ jwksUrl: server.url, ...settings });
  verifiers.push(started.verifier);
  return started;
}

function token(keys: Pair, header: Readonly<Record<string, unknown>>): string {
  return forge(header, CLAIMS, signature(keys));
}

/** What verifying ends with: the user, or the fault's words. */
async function outcome(verifier: TokenVerifier, text: string): Promise<string> {
  return verifier.verify(text).then(
    ({ userId }) => `user ${userId}`,
    (error: Error) => error.message,
  );
}

describe('keys at an address', () => {
  test('G8.4 of each kind verify tokens, with one request for all of them', async () => {
    server.answer = server.serving({ r: RSA, e: EC, d: ED });
    const { verifier } = start();
    const tokens = [
      token(RSA, { alg: 'RS256', kid: 'r' }),
      token(EC, { alg: 'ES256', kid: 'e' }),
      token(ED, { alg: 'EdDSA', kid: 'd' }),
      token(ED, { alg: 'Ed25519', kid: 'd' }),
      token(RSA, { alg: 'RS256' }),
    ];
    const outcomes = await Promise.all(tokens.map((text) => outcome(verifier, text)));
    expect(outcomes).toEqual(tokens.map(() => 'user 42'));
    expect(server.asked).toBe(1);
  });

  test('G8.4 a new key is fetched once when the first tokens name it, and the old one is gone', async () => {
    server.answer = server.serving({ old: RSA });
    const { verifier, clock } = start();
    const [old, young] = [token(RSA, { alg: 'RS256', kid: 'old' }), token(EC, { alg: 'ES256', kid: 'new' })];
    expect(await outcome(verifier, old)).toBe('user 42');
    server.answer = server.serving({ new: EC });
    clock.advance(10_000);
    const outcomes = await Promise.all([young, young, young].map((text) => outcome(verifier, text)));
    expect(outcomes).toEqual(['user 42', 'user 42', 'user 42']);
    expect(server.asked).toBe(2);
    expect(await outcome(verifier, old)).toBe(UNKNOWN);
  });

  test('G8.4 invented key ids cause one request in ten seconds, not one each', async () => {
    server.answer = server.serving({ a: RSA });
    const { verifier, clock } = start();
    const invent = async (count: number) => {
      for (let n = 0; n < count; n += 1) {
        expect(await outcome(verifier, token(RSA, { alg: 'RS256', kid: `invented ${n}` }))).toBe(UNKNOWN);
      }
    };
    await invent(20);
    expect(server.asked).toBe(1);
    clock.advance(10_000);
    await invent(20);
    expect(server.asked).toBe(2);
  });

  test('G8.4 a key id that is a path, an address, a list or of another kind of key finds nothing', async () => {
    server.answer = server.serving({ a: RSA });
    const { verifier } = start();
    for (const kid of ['../a', 'a\u0000', `${server.origin}/other`, "a' OR '1'='1", 'A', 'a ', '', '__proto__']) {
      expect(await outcome(verifier, token(RSA, { alg: 'RS256', kid }))).toBe(UNKNOWN);
    }
    expect(await outcome(verifier, token(RSA, { alg: 'RS256', kid: ['a'] }))).toContain('is not text');
    expect(await outcome(verifier, token(EC, { alg: 'ES256', kid: 'a' }))).toBe(UNKNOWN);
    expect(server.asked).toBe(1);
  });

  test('G8.4 addresses in a token are never asked', async () => {
    const other = new KeyServer();
    await other.start();
    try {
      server.answer = server.serving({ a: RSA });
      other.answer = other.serving({ mine: EC });
      const { verifier } = start();
      const header = {
        alg: 'ES256',
        kid: 'mine',
        jku: other.url,
        x5u: other.url,
        jwk: EC.publicKey.export({ format: 'jwk' }),
      };
      expect(await outcome(verifier, token(EC, header))).toBe(UNKNOWN);
      expect(other.asked).toBe(0);
    } finally {
      await other.stop();
    }
  });

  test('G8.4 are never the secret of an HMAC, not even where the set holds one', async () => {
    const secret = { kty: 'oct', kid: 's', alg: 'HS256', k: Buffer.from(SECRET).toString('base64url') };
    server.answer = (_request, response) => void response.end(JSON.stringify({ keys: [secret] }));
    const { verifier } = start();
    expect(await outcome(verifier, hs256(CLAIMS, { kid: 's' }))).toContain('algorithm (alg) that is not accepted');
    const second = start({ jwtSecret: 'another secret that is long enough for the options' }).verifier;
    expect(await outcome(second, hs256(CLAIMS, { kid: 's' }))).toBe('The signature of the token is wrong.');
    expect(await outcome(second, forge({ alg: 'HS256' }, CLAIMS, hmac(RSA.pem)))).toBe(
      'The signature of the token is wrong.',
    );
  });

  test('G8.4 for encryption or of another algorithm are not used; of several, a token must name one', async () => {
    server.answer = server.serving({ a: RSA }, { use: 'enc' });
    expect(await outcome(start().verifier, token(RSA, { alg: 'RS256', kid: 'a' }))).toBe(UNKNOWN);
    server.answer = server.serving({ a: RSA }, { alg: 'RS512' });
    expect(await outcome(start().verifier, token(RSA, { alg: 'RS256', kid: 'a' }))).toBe(UNKNOWN);
    server.answer = server.serving({ a: RSA, b: RSA });
    expect(await outcome(start().verifier, token(RSA, { alg: 'RS256' }))).toContain('which of several keys');
  });

  test('G8.4 that are broken refuse their own tokens alone', async () => {
    const jwk = (keys: Pair, more: object) => ({ ...keys.publicKey.export({ format: 'jwk' }), ...more });
    const keys = [jwk(RSA, { kid: 'broken', n: 'AQAB' }), { kty: 'RSA', kid: 'empty' }, jwk(RSA, { kid: 'good' })];
    server.answer = (_request, response) => void response.end(JSON.stringify({ keys }));
    const { verifier } = start();
    for (const kid of ['broken', 'empty']) {
      expect(await outcome(verifier, token(RSA, { alg: 'RS256', kid }))).toMatch(/cannot be (used|read)/);
    }
    expect(await outcome(verifier, token(RSA, { alg: 'RS256', kid: 'good' }))).toBe('user 42');
  });

  test('G8.4 stand beside a key of the configuration: either may have signed', async () => {
    server.answer = server.serving({ a: EC });
    const { verifier } = start({ jwtPublicKey: RSA.pem, jwtSecret: SECRET });
    for (const text of [token(RSA, { alg: 'RS256' }), token(EC, { alg: 'ES256', kid: 'a' }), hs256(CLAIMS)]) {
      expect(await outcome(verifier, text)).toBe('user 42');
    }
  });
});

describe('a server of keys that is away', () => {
  const text = token(RSA, { alg: 'RS256', kid: 'a' });

  test('G8.4 from the start: its tokens are refused, others go on, and it is asked again ten seconds later', async () => {
    server.answer = (_request, response) => void response.writeHead(503).end();
    const { verifier, clock, lines } = start({ jwtSecret: SECRET });
    for (let n = 0; n < 5; n += 1) expect(await outcome(verifier, text)).toBe(AWAY);
    expect(await outcome(verifier, hs256(CLAIMS))).toBe('user 42');
    expect(server.asked).toBe(1);
    clock.advance(10_000);
    expect(await outcome(verifier, text)).toBe(AWAY);
    expect(server.asked).toBe(2);
    expect(lines).toHaveLength(1);
    server.answer = server.serving({ a: RSA });
    clock.advance(10_000);
    expect(await outcome(verifier, text)).toBe('user 42');
    expect(lines).toEqual([
      expect.stringContaining(
        'it answers 503"},"the public keys of tokens cannot be had; tokens of theirs are refused',
      ),
      expect.stringContaining('can be had again'),
    ]);
    expect(lines.join()).not.toContain('hidden');
  });

  test('G8.4 later: the keys at hand go on, and the log has one line for each spell', async () => {
    const clock = new ManualClock();
    const lines: string[] = [];
    const log = {
      info: (line: unknown) => void lines.push(String(line)),
      warn: (_: object, line: string) => void lines.push(line),
    };
    server.answer = server.serving({ a: RSA });
    const keys = new RemoteKeys({ url: server.url, log: log as never, clock });
    try {
      await keys.refresh();
      for (const spell of [1, 2]) {
        server.answer = (request) => void request.socket.destroy();
        for (let n = 0; n < 3; n += 1) await keys.refresh();
        expect((await keys.find({ alg: 'RS256', kid: 'a' })).type).toBe('public');
        server.answer = server.serving({ a: RSA });
        await keys.refresh();
        expect(lines).toHaveLength(spell * 2);
      }
      expect(lines[0]).toBe('the public keys of tokens cannot be had; those at hand go on');
    } finally {
      keys.stop();
    }
  });

  test('G8.4 nobody listens, or the answer never ends: refused in words, within the time', async () => {
    const gone = new KeyServer();
    await gone.start();
    const { url } = gone;
    await gone.stop();
    const { verifier, lines: refused } = verifierOf({ jwksUrl: url });
    expect(await outcome(verifier, text)).toBe(AWAY);
    verifier.stop();
    expect(refused).toEqual([expect.stringContaining('ECONNREFUSED')]);
    for (const slow of [() => {}, (_request: unknown, response: ServerResponse) => void response.write('{"keys": [')]) {
      server.answer = slow;
      const lines: unknown[] = [];
      const log = { info: () => {}, warn: (fields: unknown) => void lines.push(fields) };
      const keys = new RemoteKeys({ url: server.url, log, clock: new ManualClock(), timeout: 50 });
      await expect(keys.find({ alg: 'RS256', kid: 'a' })).rejects.toThrow(AWAY);
      keys.stop();
      expect(lines).toEqual([{ url: `${server.origin}/jwks`, reason: 'it takes too long' }]);
    }
  });

  test('G8.4 stopping ends a download under way, without a word', async () => {
    const asked = Promise.withResolvers<IncomingMessage>();
    server.answer = (request) => asked.resolve(request);
    const { verifier, lines } = start();
    const waiting = outcome(verifier, text);
    const gone = once((await asked.promise).socket, 'close');
    verifier.stop();
    expect(await waiting).toBe(AWAY);
    await gone;
    expect(lines).toEqual([]);
  });
});

describe('answers that are not taken', () => {
  const download = () => downloadKeySet(server.url, AbortSignal.timeout(10_000));

  test('G8.4 a redirect is not followed, wherever it leads', async () => {
    const other = new KeyServer();
    await other.start();
    try {
      for (const location of [other.url, '/elsewhere', 'http://169.254.169.254/latest', 'file:///etc/passwd']) {
        for (const status of [301, 302, 303, 307, 308]) {
          server.answer = (_request, response) => void response.writeHead(status, { location }).end();
          await expect(download()).rejects.toThrow(`it answers ${status}, and redirects are not followed`);
        }
      }
      expect(other.asked).toBe(0);
    } finally {
      await other.stop();
    }
  });

  test('G8.4 more bytes than a key set has, packed or announced as fewer or not at all', async () => {
    const big = Buffer.alloc(300 * 1024, ' ');
    server.answer = (_request, response) => void response.end(big);
    await expect(download()).rejects.toThrow('more than 262144 bytes');
    server.answer = (_request, response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)));
    await expect(download()).rejects.toThrow('more than 262144 bytes');
    server.answer = (_request, response) => {
      const more = () => void response.write(big, (error) => error ?? more());
      more();
    };
    await expect(download()).rejects.toThrow('more than 262144 bytes');
  });

  test('G8.4 no JSON, or JSON that is no key set, leaves the former keys in place', async () => {
    server.answer = server.serving({ a: RSA });
    const { verifier, clock, lines } = start();
    const good = token(RSA, { alg: 'RS256', kid: 'a' });
    expect(await outcome(verifier, good)).toBe('user 42');
    for (const body of ['<html>', '', '[]', 'null', '{}', '{"keys": {}}', '{"keys": [1]}']) {
      server.answer = (_request, response) => void response.end(body);
      clock.advance(10_000);
      expect(await outcome(verifier, token(EC, { alg: 'ES256', kid: 'b' }))).toBe(UNKNOWN);
      expect(await outcome(verifier, good)).toBe('user 42');
    }
    expect(server.asked).toBe(8);
    expect(lines).toHaveLength(1);
  });

  test('G8.4 an address that is neither https nor on this machine is not even asked', async () => {
    for (const url of [
      'http://192.0.2.1/jwks',
      'http://169.254.169.254/',
      'http://127.0.0.1.example/',
      'ftp://127.0.0.1/',
    ]) {
      await expect(downloadKeySet(url, AbortSignal.timeout(1000))).rejects.toThrow('neither https nor on this machine');
    }
  });
});
