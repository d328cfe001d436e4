import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.ts';
import { socketIoFileRoutes } from './socketio-files.ts';

/** Where the built pages and the browser client are: beside this package when published, in the workspace otherwise. */
const PUBLISHED = fileURLToPath(new URL('../../public', import.meta.url));
const WORKSPACE = {
  pages: fileURLToPath(new URL('../../../web/dist', import.meta.url)),
  client: fileURLToPath(new URL('../../../client/dist', import.meta.url)),
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

const PAGES = {
  '/': 'index.html',
  '/bridge': 'bridge.html',
  '/chat': 'chat.html',
  '/inspect': 'inspect.html',
  // Each webhook has its own.
  '/inspect/*': 'inspect.html',
} as const;

/** The web pages, `/client.js`, the SDK for pages without a build step, and Socket.IO's own client. */
export async function pageRoutes(app: FastifyInstance): Promise<void> {
  const published = existsSync(PUBLISHED);
  const pages = published ? PUBLISHED : WORKSPACE.pages;
  const client = published ? PUBLISHED : WORKSPACE.client;
  await app.register(fastifyStatic, { root: pages, serve: false });
  for (const [path, file] of Object.entries(PAGES)) {
    app.get(path, { schema: { hide: true } }, (_request, reply) => {
      return reply.headers(HEADERS).sendFile(file, pages, { maxAge: 0, cacheControl: true });
    });
  }
  // Their names carry a hash of their content, so they never change.
  app.get<{ Params: { '*': string } }>('/assets/*', { schema: { hide: true } }, (request, reply) => {
    const cache = { maxAge: '1y', immutable: true };
    return reply.headers(HEADERS).sendFile(`assets/${request.params['*']}`, pages, cache);
  });
  for (const file of ['favicon.svg', 'theme.js']) {
    app.get(`/${file}`, { schema: { hide: true } }, (_request, reply) => reply.headers(HEADERS).sendFile(file, pages));
  }
  app.get('/ws', { schema: { hide: true } }, () => {
    throw new ProblemError('VALIDATION_ERROR', 'This address speaks WebSocket, with the subprotocol roomcast.v1.');
  });
  app.get('/client.js', { schema: { hide: true } }, (_request, reply) => {
    // For pages of other origins too: it is a public library.
    return reply
      .headers({ 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' })
      .sendFile('roomcast.js', client);
  });
  socketIoFileRoutes(app);
}
