import type { FastifyInstance } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** `GET /metrics`, for Prometheus. */
export function metricsRoute(app: FastifyInstance, { access, metrics }: { access: Access; metrics: Metrics }): void {
  app.get('/metrics', {
    schema: { summary: 'Prometheus metrics', tags: ['Operations'], produces: ['text/plain'] },
    preValidation: access.guard('read'),
    handler: async (_request, reply) => {
      const { text, contentType } = await metrics.render();
      return reply.type(contentType).send(text);
    },
  });
}
