import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { docsRoutes } from './api/docs.ts';
import { emitRoute } from './api/emit.ts';
import { healthRoutes } from './api/health.ts';
import { metricsRoute } from './api/metrics.ts';
import { roomRoutes } from './api/rooms.ts';
import { Access } from './auth/access.ts';
import { ApiKeys } from './auth/api-keys.ts';
import { Origins } from './auth/origin.ts';
import type { Config } from './config/config.ts';
import { connectionLimits } from './config/limits.ts';
import { Dispatcher } from './core/dispatch.ts';
import { Engine } from './core/engine.ts';
import { namespaces } from './core/policy.ts';
import { Admission } from './http/admission.ts';
import { createApp } from './http/app.ts';
import { pageRoutes } from './http/pages.ts';
import { Peers } from './http/peer.ts';
import { handleUpgrades } from './http/upgrade.ts';
import { newCounters } from './telemetry/counters.ts';
import type { Logger } from './telemetry/log.ts';
import { MemoryKeeper } from './telemetry/memory-keeper.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { BridgeTransport } from './transports/bridge.ts';
import { NativeTransport } from './transports/native.ts';
import { systemClock } from './util/clock.ts';

/** A server that listens. */
export interface RunningServer {
  /** Where to find it. */
  readonly urls: string[];
  /** Drains and stops: see shutdown in docs/guides/operations.md. Resolves when nothing is left. */
  stop(reason: string): Promise<void>;
}

/**
 * Puts the product together and starts it: the only place that names concrete classes.
 * @throws the error of `listen` where the address cannot be had
 */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const clock = systemClock;
  const counters = newCounters();
  const version = packageVersion();
  let draining = false;
  const isDraining = (): boolean => draining;

  const engine = new Engine({
    ...config,
    clock,
    counters,
    namespaces: namespaces(config.namespaces),
    onOpened: ({ id, address, format, memberships }) => {
      const roomId = memberships[0]?.room.name.full;
      log.info({ connectionId: id, userId: null, roomId, address, transport: format.name }, 'connection opened');
    },
    onClosed: ({ id }, code, reason) => {
      log.info({ connectionId: id, userId: null, code, reason: reason || undefined }, 'connection closed');
    },
  });
  const dispatcher = new Dispatcher({
    commands: engine.commands,
    counters,
    onFault: ({ id }, type, err) => log.error({ connectionId: id, userId: null, type, err }, 'command failed'),
  });

  const origins = new Origins(config.allowedOrigins, config.host);
  const access = new Access({ keys: new ApiKeys(config.apiKeys), host: config.host, open: config.open });
  const limits = connectionLimits(config);
  const admission = new Admission(limits);
  const rate = { perSecond: config.messageRate, burst: config.messageBurst };
  const acceptorOptions = { engine, clock, counters, maxFrameSize: config.maxFrameSize, rate };
  const { pingInterval, pingTimeout } = config;
  const transports = [
    new NativeTransport({ ...acceptorOptions, dispatcher, pingInterval, pingTimeout, maxBuffer: config.maxBuffer }),
    new BridgeTransport(acceptorOptions),
  ];

  const metrics = createMetrics(counters, {
    connections: () => engine.connections.size,
    rooms: () => engine.hub.roomCount,
    logBytes: () => engine.hub.budget.bytes,
  });
  const { handshakeTimeout } = config;
  const app = createApp({ log, origins, bodyLimit: config.maxFrameSize, handshakeTimeout });
  await docsRoutes(app, version);
  emitRoute(app, { access, hub: engine.hub, publisher: engine.publisher });
  roomRoutes(app, { access, hub: engine.hub });
  metricsRoute(app, { access, metrics });
  healthRoutes(app, {
    version,
    connections: () => engine.connections.size,
    maxConnections: limits.total,
    rooms: () => engine.hub.roomCount,
    isDraining,
  });
  await pageRoutes(app);
  const peers = new Peers(config.trustedProxies);
  handleUpgrades(app.server, { transports, origins, peers, admission, counters, isDraining });

  await app.listen({ host: config.host, port: config.port, backlog: 4096 });
  engine.start();
  const memory = new MemoryKeeper(() => engine.connections.size);
  memory.start();
  const urls = urlsOf(config.host, app.server.address() as AddressInfo);
  log.info({ urls, version }, 'listening');

  return {
    urls,
    async stop(reason) {
      draining = true;
      if (config.drainDelay > 0) await delay(config.drainDelay);
      log.info({ reason, connections: engine.connections.size }, 'draining');
      engine.drain('The server is shutting down.', config.reconnectSpread);
      await engine.emptied(config.shutdownTimeout / 2);
      engine.stop();
      metrics.stop();
      memory.stop();
      const closed = app.close(); // no new requests from here on
      app.server.closeAllConnections();
      await closed;
    },
  };
}

function urlsOf(host: string, { port }: AddressInfo): string[] {
  if (host === '0.0.0.0' || host === '::') return [`http://localhost:${port}`];
  return [`http://${host.includes(':') ? `[${host}]` : host}:${port}`];
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
