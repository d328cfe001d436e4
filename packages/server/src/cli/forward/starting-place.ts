import type { Position } from '@roomcast/protocol';
import { waited } from './delivery.ts';
import type { Since } from './since.ts';
import { ApiFault, type WebhookApi } from './webhook-api.ts';

/** Milliseconds between two questions where the server does not say. */
const WAIT = 1000;

/**
 * Where `--since` begins: the place before the first request that is wanted, or null where none has come yet.
 * @throws ApiFault where asking again cannot help
 */
export function startingPlace(api: WebhookApi, since: Since): Promise<Position | null> {
  if (since.kind === 'request') return api.request(since.id).then(({ epoch, offset }) => ({ epoch, offset }));
  return api.placeBefore(since.kind === 'time' ? since.from : null);
}

/**
 * Asks until there is an answer: servers come back. Null where it is to end meanwhile.
 * @param onWait told why the first question was in vain
 * @throws ApiFault where asking again cannot help
 */
export async function patiently<Answer>(
  ask: () => Promise<Answer>,
  stop: AbortSignal,
  onWait: (fault: ApiFault) => void,
): Promise<{ readonly answer: Answer } | null> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return { answer: await ask() };
    } catch (error) {
      if (!(error instanceof ApiFault) || !error.passes) throw error;
      if (isFirst) onWait(error);
      if (!(await waited(error.retryAfter ?? WAIT, stop))) return null;
    }
  }
}
