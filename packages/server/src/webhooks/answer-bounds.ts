import type { WebhookResponse } from '@roomcast/protocol';
import { CommandError } from '../core/errors.ts';
import type { Registry } from './registry.ts';
import { responseOf } from './settings.ts';

/** Characters of all bodies that webhooks answer with: they are in memory. */
const MOST = 64 * 1024 * 1024;
/** So many more for one webhook are always free. */
const LITTLE = 1024;

/**
 * What a webhook answers from now on, checked, and bounded with what all others answer.
 * @throws CommandError VALIDATION_ERROR, LIMIT_EXCEEDED
 */
export function boundedResponse(
  registry: Pick<Registry, 'answerLength'>,
  wish: Partial<WebhookResponse> | undefined,
  present?: WebhookResponse,
): WebhookResponse {
  const response = responseOf(wish, present);
  const growth = response.body.length - (present?.body.length ?? 0);
  if (growth > LITTLE && registry.answerLength + growth > MOST) {
    throw new CommandError('LIMIT_EXCEEDED', 'The answers of all webhooks together are as long as they may be.');
  }
  return response;
}
