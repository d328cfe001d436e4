import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.ts';
import { invalid, PUSH_BODY, type PushRequest, readPush, requireId } from '../gateway/push-request.ts';
import type { Push } from '../gateway/pusher.ts';
import { ProblemError, problemOfError } from '../http/problem.ts';
import { rawElements, rawMember } from '../util/raw-json.ts';
import { BACKEND_SECURITY, programsOnly } from './programs.ts';
import { BATCH_BODY, BATCH_PUSHED, IDEMPOTENCY_HEADER, PUSH_PROBLEM, PUSHED } from './push-schemas.ts';
import { PROBLEMS } from './schemas.ts';

export interface PushRoutesOptions {
  readonly access: Access;
  readonly push: Push;
}

interface Batch {
  readonly messages: readonly unknown[];
}

/** `POST /api/push` and `POST /api/push/batch`: a backend speaks to users and rooms. */
export function pushRoutes(app: FastifyInstance, { access, push }: PushRoutesOptions): void {
  const common = { onRequest: programsOnly, preValidation: access.guardBackend('push') };
  const tags = ['Gateway'];

  app.post<{ Body: PushRequest }>('/api/push', {
    ...common,
    schema: {
      summary: 'Push to users and rooms',
      description:
        'Delivers `data` as it is, under the name `event`. Answers 200 where at least one target could be reached, with ' +
        'the error of those that could not.',
      tags,
      security: BACKEND_SECURITY,
      headers: IDEMPOTENCY_HEADER,
      body: PUSH_BODY,
      response: { 200: PUSHED, '4xx': PUSH_PROBLEM, '5xx': PUSH_PROBLEM },
    },
    handler: async (request) => {
      const message = readPush(request.body, 'body');
      return push(message, idempotencyId(request, message), { dataText: rawMember(request.bodyText, 'data') });
    },
  });

  app.post<{ Body: Batch }>('/api/push/batch', {
    ...common,
    schema: {
      summary: 'Push several messages',
      description: 'Carried out in their order. Each succeeds or fails by itself.',
      tags,
      security: BACKEND_SECURITY,
      body: BATCH_BODY,
      response: { 200: BATCH_PUSHED, ...PROBLEMS },
    },
    handler: async (request) => {
      const field = 'headers.idempotency-key';
      if (request.headers['idempotency-key'] !== undefined)
        throw invalid(field, 'is for one push: give each message an id.');
      const texts = rawElements(rawMember(request.bodyText, 'messages') ?? '');
      const results = [];
      // One after the other: the second is not seen before the first, whatever their rooms.
      for (const [index, message] of request.body.messages.entries()) {
        results.push(await pushOne(push, message, texts[index] ?? '', `body.messages.${index}`));
      }
      return { results };
    },
  });
}

async function pushOne(push: Push, given: unknown, text: string, at: string) {
  try {
    const message = readPush(given, at);
    return await push(message, message.id ?? null, { dataText: rawMember(text, 'data'), at });
  } catch (error) {
    const found = problemOfError(error);
    if (!found) throw error;
    const { code, detail, field } = found;
    return { error: { code, detail, ...(field === undefined ? {} : { field }) } };
  }
}

/** From the header or the body. @throws ProblemError VALIDATION_ERROR */
function idempotencyId({ headers }: FastifyRequest, { id }: PushRequest): string | null {
  const header = headers['idempotency-key'];
  if (header === undefined) return id ?? null;
  const field = 'headers.idempotency-key';
  if (typeof header !== 'string') throw invalid(field, 'is given twice.');
  requireId(header, field);
  if (id === undefined || id === header) return header;
  throw new ProblemError('VALIDATION_ERROR', 'body.id and the header Idempotency-Key differ: give one.', {
    field: 'body.id',
  });
}
