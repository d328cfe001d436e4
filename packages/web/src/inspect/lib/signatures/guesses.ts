import type { Encoding } from './encodings.ts';
import { encode, fromBase64, fromHex, toHex } from './encodings.ts';
import { type Algorithm, DIGESTS, hmac } from './hmac.ts';
import type { Claim } from './provider.ts';
import type { Variant } from './variant.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** All the ways in which each part of a signature may be read, the right one first. */
export interface Ways {
  readonly keys: readonly Variant<Bytes>[];
  readonly bodies: readonly Variant<Bytes>[];
  readonly befores: readonly Variant<string>[];
  readonly algorithms: readonly Variant<Algorithm>[];
}

/** What is not as it should be, in parts: which of them says where the fault lies. */
export interface Match {
  readonly key: string;
  readonly body: string;
  readonly before: string;
  readonly algorithm: string;
  readonly encoding: string;
  /** Which of the signatures it is, from 1. */
  readonly place: number;
}

/** More than this is not hashed, so that a large body does not hold the page up. */
const MOST_BYTES = 64 * 1024 * 1024;
/** More than two things are not wrong at the same time. */
const MOST_FAULTS = 2;

/** The fewest ways off the right one with which one of the signatures matches; null where none does. */
export async function findMatch(claim: Claim, ways: Ways): Promise<Match | null> {
  const received = claim.signatures.flatMap((text, index) => readings(text, claim.encoding, index + 1));
  let budget = MOST_BYTES;
  for (const { key, body, before, algorithm } of combinations(ways)) {
    const { size } = DIGESTS[algorithm.value];
    const candidates = received.filter(({ digest }) => digest.length === 2 * size);
    if (candidates.length === 0) continue;
    budget -= body.value.length;
    if (budget < 0) return null;
    const digest = toHex(await hmac(algorithm.value, key.value, joined(before.value, body.value)));
    // Not in constant time: the one who could measure it is the one who has the secret.
    const match = candidates.find((candidate) => candidate.digest === digest);
    if (match === undefined) continue;
    const { words: encoding, place } = match;
    return { key: key.words, body: body.words, before: before.words, algorithm: algorithm.words, encoding, place };
  }
  return null;
}

/** The signature that would have been right, as the scheme writes it. */
export async function expectedSignature(claim: Claim, key: Bytes, body: Bytes): Promise<string> {
  return encode(await hmac(claim.algorithm, key, joined(claim.before, body)), claim.encoding);
}

/** Whether a received signature can be one at all: hexadecimal or base64. */
export function isReadable(text: string): boolean {
  return fromHex(text) !== null || fromBase64(text) !== null;
}

/** All combinations with few faults, those with the fewest first. */
function combinations({ keys, bodies, befores, algorithms }: Ways) {
  const all = keys.flatMap((key) =>
    bodies.flatMap((body) =>
      befores.flatMap((before) => algorithms.map((algorithm) => ({ key, body, before, algorithm }))),
    ),
  );
  const faults = (parts: (typeof all)[number]) => Object.values(parts).filter(({ words }) => words !== '').length;
  return all.filter((parts) => faults(parts) <= MOST_FAULTS).sort((a, b) => faults(a) - faults(b));
}

/** What a signature's text may mean: by the scheme's encoding, or by the other one. The digest is in hexadecimal. */
function readings(text: string, encoding: Encoding, place: number) {
  const other = encoding === 'hex' ? 'base64' : 'hex';
  return [encoding, other].flatMap((way) => {
    const bytes = way === 'hex' ? fromHex(text) : fromBase64(text);
    const words = way === encoding ? '' : `the signature is read as ${way} instead of ${encoding}`;
    return bytes === null ? [] : [{ digest: toHex(bytes), words, place }];
  });
}

function joined(before: string, body: Bytes): Bytes {
  const head = new TextEncoder().encode(before);
  const all = new Uint8Array(head.length + body.length);
  all.set(head);
  all.set(body, head.length);
  return all;
}
