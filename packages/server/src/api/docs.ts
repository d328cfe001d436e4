import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** `/docs`: the HTTP API, made from the schemas that validate it. Registered before the routes that it describes. */
export async function docsRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Roomcast HTTP API',
        description:
          'Emit into rooms and look at them; push to users from a backend; webhooks and what they have captured; accounts of ' +
          'chat. Errors are RFC 9457 problems with a `code`.',
        version,
      },
      tags: [
        { name: 'Rooms' },
        { name: 'Gateway' },
        { name: 'Webhooks' },
        { name: 'Accounts' },
        { name: 'Operations' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'Of `roomcast keys create`, or of ROOMCAST_API_KEYS' },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'roomcast-signature',
            description:
              '`v1=HEX` beside `roomcast-timestamp`: HMAC-SHA256 of time stamp, method, path and body, one per line',
          },
          session: { type: 'http', scheme: 'bearer', description: 'The token of a login' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'roomcast_session', description: 'Set by a login' },
        },
      },
      security: [{}, { apiKey: [] }],
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
}
