import type { FastifyInstance } from 'fastify';
import { authRoutes } from '../api/auth.ts';
import { docsRoutes } from '../api/docs.ts';
import { emitRoute } from '../api/emit.ts';
import { healthRoutes } from '../api/health.ts';
import { memberRoutes } from '../api/members.ts';
import { metricsRoute } from '../api/metrics.ts';
import { outboxRoutes } from '../api/outbox.ts';
import { pushRoutes } from '../api/push.ts';
import { roomRoutes } from '../api/rooms.ts';
import { webhookRoutes } from '../api/webhooks.ts';
import { pageRoutes } from '../http/pages.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Base } from './base.ts';
import type { Parts } from './parts.ts';

/** The HTTP API, its documentation, and the pages. */
export async function addRoutes(app: FastifyInstance, base: Base, parts: Parts, metrics: Metrics): Promise<void> {
  const { config: settings, version, isDraining } = base;
  const { store, faces, callers, engine, push, gates } = parts;
  const { gateway, forwarder, logs, webhooks } = faces;
  const { access, auth, keys, peers } = callers;
  const { hub, publisher } = engine;
  await docsRoutes(app, version);
  authRoutes(app, { auth, peers, settings });
  emitRoute(app, { access, hub, publisher });
  pushRoutes(app, { access, push });
  outboxRoutes(app, { access, outbox: forwarder });
  memberRoutes(app, { access, hub, admin: gateway.members });
  roomRoutes(app, { access, hub });
  webhookRoutes(app, { access, keys, webhooks, peers, settings, version, epochOf: logs.epochOf });
  metricsRoute(app, { access, metrics });
  healthRoutes(app, {
    version,
    connections: () => engine.connections.size,
    maxConnections: gates.maxConnections,
    rooms: () => hub.roomCount,
    isDraining,
    isStorageAvailable: () => store.available,
  });
  await pageRoutes(app);
}
