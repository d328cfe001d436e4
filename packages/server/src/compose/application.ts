import type { FastifyInstance } from 'fastify';
import { createApp } from '../http/app.ts';
import type { TlsFiles } from '../http/tls.ts';
import { answerRefusal, handleUpgrades, refusalOfReader } from '../http/upgrade.ts';
import { count } from '../telemetry/counters.ts';
import type { Base } from './base.ts';
import type { Doors } from './doors.ts';
import type { Parts } from './parts.ts';

/** The HTTP application with its doors, without routes. @param tls null where it speaks plain HTTP */
export function createApplication(base: Base, parts: Parts, doors: Doors, tls: TlsFiles | null): FastifyInstance {
  const { config, log, counters } = base;
  const { callers, gates } = parts;
  const { capture, identify, socketIo, sse, transports } = doors;
  const { handshakeTimeout } = config;
  const app = createApp({
    log,
    origins: callers.origins,
    bodyLimit: config.maxFrameSize,
    handshakeTimeout,
    onProblem: (code) => count(counters.errors, code),
    tls,
    takesAsIs: (request) => capture.owns(request),
    intercept: (request, response) => {
      if (capture.intercept(request, response)) return true;
      if (sse.owns(request)) {
        sse.request(request, response);
        return true;
      }
      if (!socketIo.owns(request)) return false;
      const refused = socketIo.begins(request) ? refusalOfReader(request, gates) : null;
      if (!refused) {
        socketIo.request(request, response);
        return true;
      }
      count(counters.refusals, refused.code as string);
      answerRefusal(response, refused);
      return true;
    },
  });
  handleUpgrades(app.server, {
    ...gates,
    transports,
    counters,
    audit: callers.auth.audit,
    log,
    identify,
    handshakeTimeout,
    guest: socketIo,
  });
  return app;
}
