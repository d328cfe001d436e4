import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../../telemetry/log.ts';
import { type Clock, systemClock } from '../../util/clock.ts';
import { RemoteKeys } from './remote-keys.ts';
import { readClaims, type TokenClaims } from './token-claims.ts';
import { TokenFault } from './token-fault.ts';
import { readHeader, type TokenHeader } from './token-header.ts';
import { publicKeys, secretKeys, type TokenKeys } from './token-keys.ts';

type Settings = Pick<Config, 'jwtSecret' | 'jwtPublicKey' | 'jwksUrl' | 'jwtAudience' | 'jwtIssuer'>;
type Log = Pick<Logger, 'debug' | 'info' | 'warn'>;

/** Seconds by which the clocks of two machines may differ. */
export const TOLERANCE = 5;

/**
 * The verifier of the configured keys, or null where none are configured. Keys behind an address are fetched in the
 * background; a server of keys that is away holds nothing up but the tokens that need it.
 * @throws {StartFault} where jwtPublicKey is no key that can be used
 */
export function createTokenVerifier(settings: Settings, log: Log, clock: Clock = systemClock): TokenVerifier | null {
  const { jwtSecret, jwtPublicKey, jwksUrl } = settings;
  const keys: TokenKeys[] = [];
  if (jwtSecret !== '') keys.push(secretKeys(jwtSecret));
  if (jwtPublicKey !== '') keys.push(publicKeys(jwtPublicKey));
  const remote = jwksUrl === '' ? null : new RemoteKeys({ url: jwksUrl, log, clock });
  if (remote !== null) keys.push(remote);
  if (keys.length === 0) return null;
  return new TokenVerifier({ keys, settings, log, clock, stop: () => remote?.stop() });
}

/** Tells whose a token is. It holds no state of tokens: the same token may come any number of times. */
export class TokenVerifier {
  readonly #keys: readonly TokenKeys[];
  readonly #expected: JWTVerifyOptions;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #stop: () => void;
  #warned = false;

  /** @param options `keys` in the order in which they are tried; `stop` ends what works in the background */
  constructor(options: {
    readonly keys: readonly TokenKeys[];
    readonly settings: Pick<Settings, 'jwtAudience' | 'jwtIssuer'>;
    readonly log: Log;
    readonly clock: Clock;
    readonly stop: () => void;
  }) {
    const { jwtAudience, jwtIssuer } = options.settings;
    this.#keys = options.keys;
    this.#log = options.log;
    this.#clock = options.clock;
    this.#stop = options.stop;
    this.#expected = {
      clockTolerance: TOLERANCE,
      ...(jwtAudience === '' ? {} : { audience: jwtAudience }),
      ...(jwtIssuer === '' ? {} : { issuer: jwtIssuer }),
    };
  }

  /**
   * Checks signature, times, audience and issuer, and reads the claims.
   * @throws {TokenFault} TOKEN_EXPIRED where only its time is over, TOKEN_INVALID for everything else
   */
  async verify(token: string): Promise<TokenClaims> {
    const header = readHeader(token);
    const claims = readClaims(await this.#payloadOf(token, header));
    if (claims.expiresAt === null) this.#warnOfEternity();
    return claims;
  }

  /** Ends what works in the background. */
  stop(): void {
    this.#stop();
  }

  async #payloadOf(token: string, header: TokenHeader): Promise<JWTPayload> {
    const candidates = this.#keys.filter(({ algorithms }) => algorithms.includes(header.alg));
    for (const keys of candidates) {
      const payload = await this.#payloadSignedBy(keys, token, header);
      if (payload !== null) return payload;
    }
    if (candidates.length > 0) throw new TokenFault('The signature of the token is wrong.');
    const accepted = [...new Set(this.#keys.flatMap(({ algorithms }) => algorithms))].join(', ');
    throw new TokenFault(`The token is signed with an algorithm (alg) that is not accepted; accepted are ${accepted}.`);
  }

  /** Null where another key has signed it. */
  async #payloadSignedBy(keys: TokenKeys, token: string, header: TokenHeader): Promise<JWTPayload | null> {
    const currentDate = new Date(this.#clock.now());
    try {
      const key = await keys.find(header);
      return (await jwtVerify(token, key, { ...this.#expected, algorithms: [header.alg], currentDate })).payload;
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) return null;
      throw error instanceof TokenFault ? error : this.#faultOf(error);
    }
  }

  #faultOf(error: unknown): TokenFault {
    if (error instanceof errors.JWTExpired) return new TokenFault('The token has expired (exp).', 'TOKEN_EXPIRED');
    if (error instanceof errors.JWTClaimValidationFailed) return new TokenFault(claimSentence(error));
    if (error instanceof errors.JOSEError) return new TokenFault('The claims of the token cannot be read.');
    // A key of the set that is too short, or broken.
    this.#log.debug({ err: error }, 'a key of tokens cannot be used');
    return new TokenFault('The key that the token is signed with cannot be used.');
  }

  #warnOfEternity(): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#log.warn('a token without an expiry (exp) was accepted; whoever gets hold of it can use it for ever');
  }
}

/** jose's error holds all claims of the token, so nothing of it but the name of the claim is passed on. */
function claimSentence({ claim, reason }: errors.JWTClaimValidationFailed): string {
  if (reason === 'invalid') return `The claim ${claim} of the token is not a number.`;
  switch (claim) {
    case 'nbf':
      return 'The token is not valid yet (nbf).';
    case 'aud':
      return 'The token is not meant for this server (aud).';
    case 'iss':
      return 'The token is not from the issuer that is trusted here (iss).';
    default:
      return `The claim ${claim} of the token is wrong.`;
  }
}
