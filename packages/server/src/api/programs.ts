import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problem.ts';

/** The ways in which a backend says who it is, for the OpenAPI document. */
export const BACKEND_SECURITY = [{}, { apiKey: [] }, { signature: [] }];

/**
 * For `onRequest` of what only programs may do, whichever origins are allowed: a page that could would have the
 * backend's key in it, for everybody to read.
 */
export async function programsOnly({ raw }: FastifyRequest): Promise<void> {
  if (raw.headers.origin === undefined) return;
  throw new ProblemError('ORIGIN_NOT_ALLOWED', 'Pages may not do this: their backend does.');
}
