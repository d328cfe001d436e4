import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EC, ED, forge, pair, RSA, signature, verifierOf } from '../../../test/support/tokens.ts';
import { StartFault } from '../../util/start-fault.ts';
import { publicKeys } from './token-keys.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'roomcast-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function faultOf(given: string): string {
  try {
    publicKeys(given);
  } catch (error) {
    if (error instanceof StartFault) return error.message;
    throw error;
  }
  return '';
}

test('G8.4 a public key fixes the algorithms that it is good for', () => {
  expect(publicKeys(RSA.pem).algorithms).toEqual(['RS256']);
  expect(publicKeys(EC.pem).algorithms).toEqual(['ES256']);
  expect(publicKeys(ED.pem).algorithms).toEqual(['EdDSA', 'Ed25519']);
});

test('G8.4 a public key may be in a file', async () => {
  const path = join(folder, 'token.pem');
  writeFileSync(path, RSA.pem);
  const { verifier } = verifierOf({ jwtPublicKey: path });
  const token = forge({ alg: 'RS256' }, { sub: '42' }, signature(RSA));
  expect(await verifier.verify(token)).toMatchObject({ userId: '42' });
});

test('G8.4 a file that is missing or holds no key stops the start, and says why', () => {
  const [missing, empty] = [join(folder, 'missing.pem'), join(folder, 'empty.pem')];
  writeFileSync(empty, '');
  expect(faultOf(missing)).toContain(`The file ${missing} of jwtPublicKey cannot be read: ENOENT`);
  expect(faultOf(empty)).toBe(`The file ${empty} of jwtPublicKey holds no public key in PEM form.`);
  expect(faultOf('-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----')).toBe(
    'jwtPublicKey holds no public key in PEM form.',
  );
});

test('G8.4 a private key stops the start, and is not repeated', () => {
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    const pem = RSA.privateKey.export({ type, format: 'pem' }).toString();
    expect(faultOf(pem)).toBe('jwtPublicKey holds a private key: give the public one.');
  }
});

test('G8.4 a key of another kind, on another curve or too short stops the start', () => {
  const weak = [
    generateKeyPairSync('rsa', { modulusLength: 1024 }),
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    generateKeyPairSync('x25519'),
  ];
  for (const keys of weak) expect(faultOf(pair(keys).pem)).toContain('holds a key that cannot be used: it must be RSA');
});
