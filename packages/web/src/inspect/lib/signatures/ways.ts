import { bytesOf } from '../body-bytes.ts';
import { otherBodies } from './bodies.ts';
import type { Ways } from './guesses.ts';
import { type Algorithm, DIGESTS } from './hmac.ts';
import { keyOf, otherKeys } from './keys.ts';
import type { Claim, Provider, SignedRequest } from './provider.ts';
import type { Variant } from './variant.ts';

const MOST_TIMESTAMPS = 3;

/** The one way that is right. No key: the secret is not of the provider's form. */
export function rightWay(request: SignedRequest, claim: Claim, provider: Provider, secret: string): Ways {
  const key = keyOf(secret, provider.secretForm);
  return {
    keys: key === null ? [] : [{ value: key, words: '' }],
    bodies: [{ value: bytesOf(request), words: '' }],
    befores: [{ value: claim.before, words: '' }],
    algorithms: [{ value: claim.algorithm, words: '' }],
  };
}

/** The right way and all that senders, receivers and proxies are known to do instead. */
export async function allWays(request: SignedRequest, claim: Claim, provider: Provider, secret: string): Promise<Ways> {
  const right = rightWay(request, claim, provider, secret);
  return {
    keys: [...right.keys, ...otherKeys(secret, provider.secretForm)],
    bodies: [...right.bodies, ...(await otherBodies(bytesOf(request), request.headers['content-encoding']))],
    befores: [...right.befores, ...otherBefores(request, claim.before)],
    algorithms: [...right.algorithms, ...otherAlgorithms(claim.algorithm)],
  };
}

function otherBefores(request: SignedRequest, before: string): readonly Variant<string>[] {
  const alone = before === '' ? [] : [{ value: '', words: 'the body alone is signed, nothing before it' }];
  const times = request.rawHeaders.filter(([name]) => /timestamp/i.test(name)).slice(0, MOST_TIMESTAMPS);
  const timed = times.flatMap(([name, value]) =>
    ['.', ':', ''].map((mark) => ({
      value: `${value.trim()}${mark}`,
      words: `${name}${mark === '' ? '' : ` and a “${mark}”`} is signed before the body`,
    })),
  );
  return [...alone, ...timed.filter(({ value }) => value !== before)];
}

function otherAlgorithms(algorithm: Algorithm): readonly Variant<Algorithm>[] {
  const others = (['sha256', 'sha1', 'sha512'] as const).filter((other) => other !== algorithm);
  return others.map((value) => ({
    value,
    words: `${DIGESTS[value].label} is used instead of ${DIGESTS[algorithm].label}`,
  }));
}
