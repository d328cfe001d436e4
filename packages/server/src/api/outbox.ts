import type { FastifyInstance } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { OutboxStatus } from '../gateway/forwarder.ts';
import type { DeadEvent } from '../store/outbox-store.ts';
import { isoTime } from '../util/clock.ts';
import { CHOICE_BODY, COUNT, OUTBOX, OUTBOX_QUERY } from './outbox-schemas.ts';
import { BACKEND_SECURITY, programsOnly } from './programs.ts';
import { PROBLEMS } from './schemas.ts';

/** What is done with the outbox from outside; see forwarder.ts. */
export interface OutboxControl {
  readonly status: OutboxStatus;
  deadLetters(after: number, limit: number): Promise<readonly DeadEvent[]>;
  redrive(ids: readonly string[] | null): Promise<number>;
  purge(ids: readonly string[] | null): Promise<number>;
}

export interface OutboxRoutesOptions {
  readonly access: Access;
  readonly outbox: OutboxControl;
}

type Choice = { readonly ids: readonly string[] } | { readonly all: true };

const DEFAULT_PAGE = 100;

/** `GET /api/outbox`, `POST /api/outbox/redrive`, `POST /api/outbox/purge`: events on their way to the backend. */
export function outboxRoutes(app: FastifyInstance, { access, outbox }: OutboxRoutesOptions): void {
  const common = { onRequest: programsOnly, preValidation: access.guardBackend('admin') };
  const described = { tags: ['Gateway'], security: BACKEND_SECURITY };

  app.get<{ Querystring: { limit?: string; cursor?: string } }>('/api/outbox', {
    ...common,
    schema: {
      ...described,
      summary: 'What waits for the backend, and what it refused',
      querystring: OUTBOX_QUERY,
      response: { 200: OUTBOX, ...PROBLEMS },
    },
    handler: async ({ query }) => {
      const limit = Number(query.limit ?? DEFAULT_PAGE);
      const letters = await outbox.deadLetters(Number(query.cursor ?? 0), limit + 1);
      const page = letters.slice(0, limit);
      const cursor = letters.length > limit ? String(page.at(-1)?.seq) : null;
      return { ...outbox.status, deadLetters: page.map(shown), cursor };
    },
  });

  app.post<{ Body: Choice }>('/api/outbox/redrive', {
    ...common,
    schema: {
      ...described,
      summary: 'Send dead letters again',
      description: 'They go behind everything that waits, so that they arrive later than they were sent.',
      body: CHOICE_BODY,
      response: { 200: COUNT, ...PROBLEMS },
    },
    handler: async ({ body }) => ({ count: await outbox.redrive(idsOf(body)) }),
  });

  app.post<{ Body: Choice }>('/api/outbox/purge', {
    ...common,
    schema: {
      ...described,
      summary: 'Delete dead letters',
      body: CHOICE_BODY,
      response: { 200: COUNT, ...PROBLEMS },
    },
    handler: async ({ body }) => ({ count: await outbox.purge(idsOf(body)) }),
  });
}

/** Null = all. */
function idsOf(choice: Choice): readonly string[] | null {
  return 'ids' in choice ? choice.ids : null;
}

function shown({ seq: _, createdAt, deadAt, ...letter }: DeadEvent) {
  return { ...letter, createdAt: isoTime(createdAt), deadAt: isoTime(deadAt) };
}
