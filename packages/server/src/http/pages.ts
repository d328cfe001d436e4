import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isForwarded } from './peer.ts';
import { ProblemError } from './problem.ts';
import { socketIoFileRoutes } from './socketio-files.ts';

/** Where the built pages and the browser client are: beside this package when published, in the workspace otherwise. */
const PUBLISHED = fileURLToPath(new URL('../../public', import.meta.url));
const WORKSPACE = {
  pages: fileURLToPath(new URL('../../../web/dist', import.meta.url)),
  client: fileURLToPath(new URL('../../../client/dist', import.meta.url)),
};

const HEADERS = {
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
    app.get(path, { schema: { hide: true } }, (request, reply) => {
      return reply.headers(headersFor(request)).sendFile(file, pages, { maxAge: 0, cacheControl: true });
    });
  }
  // Their names carry a hash of their content, so they never change.
  app.get<{ Params: { '*': string } }>('/assets/*', { schema: { hide: true } }, (request, reply) => {
    const cache = { maxAge: '1y', immutable: true };
    return reply.headers(headersFor(request)).sendFile(`assets/${request.params['*']}`, pages, cache);
  });
  for (const file of ['favicon.svg', 'theme.js']) {
    app.get(`/${file}`, { schema: { hide: true } }, (request, reply) => {
      return reply.headers(headersFor(request)).sendFile(file, pages);
    });
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

function headersFor({ raw }: FastifyRequest) {
  const code = codeSourcesOf(raw);
  return {
    ...HEADERS,
    'content-security-policy':
      `default-src 'none'; script-src ${code}; style-src ${code}; img-src 'self' data:; connect-src 'self'; ` +
      "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  };
}

/** A host that CSP can name: no IPv6 address, and of IPv4 this machine's alone (Content Security Policy 3, §6.7.2.8). */
const NAMEABLE = /^(?:127\.0\.0\.1|(?:[a-z\d-]+\.)*[a-z][a-z\d-]*)(?::\d{1,5})?$/i;

/**
 * Where the pages' scripts and styles are: what a webhook answers comes from this origin too, and must never be one of
 * them. CSP has no paths without a host, and the host is known only where no proxy may have changed it; otherwise it is
 * the whole origin, and webhooks refuse by themselves (`isPartOfPage`).
 */
function codeSourcesOf(request: IncomingMessage): string {
  const { host = '' } = request.headers;
  if (isForwarded(request) || !NAMEABLE.test(host)) return "'self'";
  return `${host}/assets/ ${host}/theme.js`;
}
