import { fromBase64, fromHex } from './encodings.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import { expectedSignature, findMatch, isReadable, type Match } from './guesses.ts';
import { canSign, DIGESTS } from './hmac.ts';
import type { Claim, OwnHmac, Provider, SignedRequest } from './provider.ts';
import { allWays, rightWay } from './ways.ts';

/** One thing that was looked at. */
export interface CheckStep {
  readonly result: 'ok' | 'bad' | 'note';
  readonly text: string;
}

export interface SignatureCheck {
  readonly ok: boolean;
  /** In a sentence or three: that it is valid, or why not. */
  readonly reason: string;
  /** What was looked at, in order. */
  readonly steps: readonly CheckStep[];
}

/** So much of a signature is shown. */
const SHOWN = 12;
const NO_CRYPTO = 'This browser computes signatures only on pages that come over HTTPS or from localhost.';

/** Checks a request against a provider's scheme, and finds out why it fails. The secret goes nowhere. */
export async function check(
  request: SignedRequest,
  provider: Provider,
  secret: string,
  now: number,
  own: OwnHmac,
): Promise<SignatureCheck> {
  if (!canSign()) return failed(NO_CRYPTO);
  if (secret.trim() === '') return failed('There is no secret to check with.');
  const claim = provider.read(request, own);
  if ('fault' in claim) return failed(claim.fault);
  const time = freshnessOf(claim, Date.parse(request.timestamp), now);
  const steps = [...claimSteps(claim), ...timeSteps(time)];
  const match = await findMatch(claim, rightWay(request, claim, provider, secret));
  if (match !== null && match.encoding === '') return matched(claim, match, time, steps);
  const fault = request.truncated
    ? 'The body was not kept as a whole, it was too large or broke off: the signature is that of the whole.'
    : await mismatch(request, claim, provider, secret);
  const difference = { result: 'bad', text: await comparison(request, claim, provider, secret) } as const;
  return failed(fault, [...steps, ...secretSteps(provider, secret), difference]);
}

function matched(claim: Claim, match: Match, time: Freshness | null, before: readonly CheckStep[]): SignatureCheck {
  const which = claim.signatures.length > 1 ? ` (number ${match.place} of ${claim.signatures.length})` : '';
  const steps: CheckStep[] = [
    ...before,
    { result: 'ok', text: `The signature matches the secret and the body${which}.` },
  ];
  if (claim.weakness !== null) return failed(`${claim.weakness} That one matches, so the secret is right.`, steps);
  if (time?.ok === false) return failed(`The signature matches, but not its time. ${time.text}`, steps);
  return { ok: true, reason: `The signature is valid${which}.`, steps };
}

/** Why the signature does not match. */
async function mismatch(request: SignedRequest, claim: Claim, provider: Provider, secret: string): Promise<string> {
  const { header, signatures } = claim;
  if (!signatures.some(isReadable))
    return `The signature in ${header} is malformed: it is neither hexadecimal nor base64.`;
  const ways = await allWays(request, claim, provider, secret);
  const guess = await findMatch(claim, ways);
  if (guess !== null) return explained(guess, provider);
  if (!ways.keys.some(({ words }) => words === ''))
    return 'The secret should be base64, with or without whsec_ before it: it is not.';
  const { size, label } = DIGESTS[claim.algorithm];
  const sizes = signatures.map((text) => sizeOf(text, claim));
  if (!sizes.includes(size)) {
    return `The signature in ${header} has ${sizes[0]} bytes, but ${label} gives ${size}: it is cut off, or of another kind.`;
  }
  const secretFault = provider.secretFault(secret.trim());
  const reason = 'The signature does not match: it was made with another secret, or of other bytes.';
  return secretFault === null ? reason : `${reason} ${secretFault}`;
}

function explained({ key, body, before, algorithm, encoding }: Match, provider: Provider): string {
  const parts = [key, body, before, algorithm, encoding].filter((words) => words !== '');
  const advice = [
    key === '' ? '' : 'The secret must be the same on both sides, and be used in the same way.',
    body === ''
      ? ''
      : 'The bytes that came are not those that were signed: the sender, or a proxy on the way, has changed them.',
    before + algorithm + encoding === '' ? '' : `This is not how it is done for ${provider.label}.`,
  ].filter((words) => words !== '');
  return `The signature does not match as it is, but it does if ${parts.join(', and ')}. ${advice.join(' ')}`;
}

function claimSteps(claim: Claim): readonly CheckStep[] {
  return [
    { result: 'ok', text: `${claim.header} is there and well-formed.` },
    ...claim.notes.map((text) => ({ result: 'note', text }) as const),
    ...(claim.weakness === null ? [] : [{ result: 'bad', text: claim.weakness } as const]),
  ];
}

function timeSteps(time: Freshness | null): readonly CheckStep[] {
  return time === null ? [] : [{ result: time.ok ? 'ok' : 'bad', text: time.text }];
}

function secretSteps(provider: Provider, secret: string): readonly CheckStep[] {
  const fault = provider.secretFault(secret.trim());
  if (fault !== null) return [{ result: 'bad', text: fault }];
  return [{ result: 'note', text: `The secret should be: ${provider.secretHint}.` }];
}

async function comparison(request: SignedRequest, claim: Claim, provider: Provider, secret: string): Promise<string> {
  const { keys, bodies } = rightWay(request, claim, provider, secret);
  const received = claim.signatures.map(clip).join(', ');
  const [key, body] = [keys[0], bodies[0]];
  if (key === undefined || body === undefined) return `Received ${received}.`;
  return `Expected ${clip(await expectedSignature(claim, key.value, body.value))}, received ${received}.`;
}

function sizeOf(text: string, { encoding }: Claim): number {
  const bytes = encoding === 'hex' ? (fromHex(text) ?? fromBase64(text)) : (fromBase64(text) ?? fromHex(text));
  return bytes?.length ?? 0;
}

function clip(signature: string): string {
  return signature.length > SHOWN ? `${signature.slice(0, SHOWN)}…` : signature;
}

function failed(reason: string, steps: readonly CheckStep[] = [{ result: 'bad', text: reason }]): SignatureCheck {
  return { ok: false, reason, steps };
}
