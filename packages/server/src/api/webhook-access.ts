import type { FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { ApiKeys } from '../auth/api-keys.ts';
import { bearerSecretOf, passwordOf, secretsOf } from '../auth/webhook-credentials.ts';
import type { Scope } from '../config/key-file.ts';
import type { Peers } from '../http/peer.ts';
import { ProblemError } from '../http/problem.ts';
import { secretFor } from '../webhooks/secret-for.ts';
import type { Webhook, WebhookCreator, WebhookService } from '../webhooks/service.ts';

export interface WebhookAccessOptions {
  readonly access: Access;
  readonly keys: ApiKeys;
  readonly webhooks: WebhookService;
  readonly peers: Peers;
}

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
    const credentials = { secret: this.#secretFor(request, webhook), password: passwordOf(request.raw) };
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
   * On whose account a webhook is created; null for programs with a key, for which there are no limits.
   * @throws ProblemError UNAUTHENTICATED, FORBIDDEN where only programs may, and this is none
   */
  creator(request: FastifyRequest, programsOnly: boolean): WebhookCreator | null {
    const scopes = this.#scopesOf(request);
    if (holds(scopes, 'push')) return null;
    if (!programsOnly) return this.#options.peers.peerOf(request.raw);
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
    if (headers['x-api-key'] === undefined && bearerSecretOf(request.raw) !== null) return [];
    const key = keys.check(request.raw);
    if (key === 'wrong') access.require(request, 'read'); // throws, and tells the audit log
    return typeof key === 'string' ? [] : key.scopes;
  }

  /** Of several secrets the one that is this webhook's. */
  #secretFor({ raw }: FastifyRequest, webhook: Webhook): string | undefined {
    return secretFor(webhook, secretsOf(raw), this.#options.webhooks);
  }
}

function holds(scopes: readonly Scope[], scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin');
}
