import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../http/problem.ts';
import { headerText } from '../util/header-text.ts';

/** Secrets that one request may show. */
const MOST_SECRETS = 100;
const BEARER = /^Bearer +(whsec_\S*) *$/i;

/**
 * The secrets of webhooks that a request shows: in `X-Webhook-Secret` (several: with commas between them) or
 * `Authorization: Bearer whsec_…`.
 * @throws ProblemError VALIDATION_ERROR where they are too many
 */
export function secretsOf(request: IncomingMessage): readonly string[] {
  const header = request.headers['x-webhook-secret'];
  if (typeof header !== 'string') {
    const secret = bearerSecretOf(request);
    return secret === null ? [] : [secret];
  }
  const secrets = header.split(',').flatMap((part) => part.trim() || []);
  if (secrets.length <= MOST_SECRETS) return secrets;
  const field = 'headers.x-webhook-secret';
  throw new ProblemError('VALIDATION_ERROR', `Show at most ${MOST_SECRETS} secrets at once.`, { field });
}

/** The secret of a webhook that stands where API keys stand. */
export function bearerSecretOf({ headers }: IncomingMessage): string | null {
  return BEARER.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** The password of a webhook, in `X-Webhook-Password`. */
export function passwordOf({ headers }: IncomingMessage): string | undefined {
  const header = headers['x-webhook-password'];
  return typeof header === 'string' ? headerText(header) : undefined;
}
