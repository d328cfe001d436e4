import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../http/problem.ts';
import { HEALTH, PROBLEMS, READY } from './schemas.ts';

export interface HealthOptions {
  readonly version: string;
  readonly connections: () => number;
  readonly maxConnections: number;
  readonly rooms: () => number;
  readonly isDraining: () => boolean;
  /** Whether messages can be saved just now. */
  readonly isStorageAvailable: () => boolean;
}

/** `/health`: is the process alive, with figures. `/ready`: should it get new clients. Open to everybody. */
export function healthRoutes(app: FastifyInstance, options: HealthOptions): void {
  const startedAt = performance.now();

  app.get('/health', {
    schema: { summary: 'Liveness, with figures', tags: ['Operations'], response: { 200: HEALTH } },
    handler: async () => ({
      status: options.isDraining() ? 'draining' : 'ok',
      version: options.version,
      uptimeSeconds: Math.floor((performance.now() - startedAt) / 1000),
      connections: options.connections(),
      maxConnections: options.maxConnections,
      rooms: options.rooms(),
      storage: options.isStorageAvailable() ? 'ok' : 'unavailable',
      memoryBytes: process.memoryUsage.rss(),
    }),
  });

  app.get('/ready', {
    schema: {
      summary: 'Readiness',
      description: '503 while the server drains (send new clients elsewhere), and while messages cannot be saved.',
      tags: ['Operations'],
      response: { 200: READY, ...PROBLEMS },
    },
    handler: async () => {
      if (options.isDraining()) throw new ProblemError('SHUTTING_DOWN', 'This server is shutting down.');
      if (!options.isStorageAvailable()) {
        const detail = 'The database is away: chat goes on, and what is said is saved once it is back.';
        throw new ProblemError('STORAGE_UNAVAILABLE', detail, { storage: 'unavailable' });
      }
      return { status: 'ready', storage: 'ok' };
    },
  });
}
