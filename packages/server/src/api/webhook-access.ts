import type { FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { ApiKeys } from '../auth/api-keys.ts';
import type { Scope } from '../config/key-file.ts';
import type { Peers } from '../http/peer.ts';
import { ProblemError } from '../http/problem.ts';
import type { Webhook, WebhookService } from '../webhooks/service.ts';

export interface WebhookAccessOptions {
  readonly access: Access;
  readonly keys: ApiKeys;
  readonly webhooks: WebhookService;
  readonly peers: Peers;
}

/** Secrets that one request may show. */
const MOST_SECRETS = 100;

/**
 * Who may do what with webhooks. To know the id is to may watch, unless the webhook is locked; to change something takes
 * the secret. API keys open what is others'; that a request comes over loopback opens nothing: whoever has a tunnel to
 * this server in order to receive webhooks has strangers there.
 */
export class WebhookAccess {
  readonly #options: WebhookAccessOptions;

  constructor(options: WebhookAccessOptions) {
    this.#options = options;
  }

  /**
   * The webhook that is asked for, by somebody who may watch it.
   * @throws CommandError NOT_FOUND, UNAUTHENTICATED, RATE_LIMITED: rejects
   */
  async watched(request: FastifyRequest, id: string): Promise<Webhook> {
    const { webhooks, peers } = this.#options;
    const scopes = this.#scopesOf(request);
    const webhook = webhooks.get(id);
    if (holds(scopes, 'read')) return webhook;
    const credentials = { secret: this.#secretFor(request, webhook), password: passwordOf(request) };
    await webhooks.requireWatch(webhook, credentials, peers.addressOf(request.raw));
    return webhook;
  }

  /**
   * The webhook that is asked for, by somebody who may change it.
   * @throws CommandError NOT_FOUND, UNAUTHENTICATED
   */
  owned(request: FastifyRequest, id: string): Webhook {
    const { webhooks } = this.#options;
    const scopes = this.#scopesOf(request);
    const webhook = webhooks.get(id);
    if (!holds(scopes, 'admin')) webhooks.requireSecret(webhook, this.#secretFor(request, webhook));
    return webhook;
  }

  /**
   * On whose account a webhook is created: an address, or null for programs with a key, for which there are no limits.
   * @throws ProblemError UNAUTHENTICATED, FORBIDDEN where only programs may, and this is none
   */
  creator(request: FastifyRequest, programsOnly: boolean): string | null {
    const scopes = this.#scopesOf(request);
    if (holds(scopes, 'push')) return null;
    if (!programsOnly) return this.#options.peers.addressOf(request.raw);
    if (scopes.length > 0) throw new ProblemError('FORBIDDEN', 'Creating webhooks needs a key with the scope "push".');
    throw new ProblemError('UNAUTHENTICATED', 'Creating webhooks needs an API key here: "Authorization: Bearer KEY".');
  }

  /** Whether all webhooks may be listed. */
  isAdmin(request: FastifyRequest): boolean {
    return holds(this.#scopesOf(request), 'admin');
  }

  /** None where the request shows no key. @throws ProblemError UNAUTHENTICATED where it is wrong */
  #scopesOf(request: FastifyRequest): readonly Scope[] {
    const { access, keys } = this.#options;
    const { headers } = request.raw;
    if (headers['x-api-key'] === undefined && bearerSecret(request) !== null) return [];
    const key = keys.check(request.raw);
    if (key === 'wrong') access.require(request, 'read'); // throws, and tells the audit log
    return typeof key === 'string' ? [] : key.scopes;
  }

  /** Of several secrets the one that is this webhook's. */
  #secretFor(request: FastifyRequest, { id }: Webhook): string | undefined {
    const secrets = secretsOf(request);
    if (secrets.length < 2) return secrets[0];
    return secrets.find((secret) => this.#options.webhooks.ofSecrets([secret])[0]?.id === id) ?? secrets[0];
  }
}

/**
 * From `X-Webhook-Secret` (several: with commas between them) or `Authorization: Bearer whsec_…`.
 * @throws ProblemError VALIDATION_ERROR where they are too many
 */
export function secretsOf(request: FastifyRequest): readonly string[] {
  const header = request.raw.headers['x-webhook-secret'];
  if (typeof header !== 'string') {
    const secret = bearerSecret(request);
    return secret === null ? [] : [secret];
  }
  const secrets = header.split(',').flatMap((part) => part.trim() || []);
  if (secrets.length <= MOST_SECRETS) return secrets;
  const field = 'headers.x-webhook-secret';
  throw new ProblemError('VALIDATION_ERROR', `Show at most ${MOST_SECRETS} secrets at once.`, { field });
}

function bearerSecret({ raw }: FastifyRequest): string | null {
  return /^Bearer +(whsec_\S*) *$/i.exec(raw.headers.authorization ?? '')?.[1] ?? null;
}

/** Header values are bytes: those of UTF-8, or else of ISO 8859-1. */
function passwordOf({ raw }: FastifyRequest): string | undefined {
  const header = raw.headers['x-webhook-password'];
  if (typeof header !== 'string') return undefined;
  const text = Buffer.from(header, 'latin1').toString();
  return text.includes('\uFFFD') ? header : text;
}

function holds(scopes: readonly Scope[], scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin');
}
