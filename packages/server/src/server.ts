import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { adviceOnKeys } from './auth/access.ts';
import { ApiKeys } from './auth/api-keys.ts';
import { followKeyFile } from './auth/key-follower.ts';
import { Passwords } from './auth/passwords.ts';
import { createApplication } from './compose/application.ts';
import type { Base } from './compose/base.ts';
import { createCallers } from './compose/callers.ts';
import { createDispatcher } from './compose/dispatcher.ts';
import { createDoors } from './compose/doors.ts';
import { createEngine } from './compose/engine.ts';
import { openFaces } from './compose/faces.ts';
import { createGates } from './compose/gates.ts';
import { gaugesOf } from './compose/gauges.ts';
import type { Parts } from './compose/parts.ts';
import { addRoutes } from './compose/routes.ts';
import type { Config } from './config/config.ts';
import { keyFileOf } from './config/key-file.ts';
import { createPusher } from './gateway/pusher.ts';
import { listen, urlsOf } from './http/listeners.ts';
import { followTlsFiles, readTlsFiles } from './http/tls.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import { newCounters } from './telemetry/counters.ts';
import type { Logger } from './telemetry/log.ts';
import { MemoryKeeper } from './telemetry/memory-keeper.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { systemClock } from './util/clock.ts';

/** A server that listens. */
export interface RunningServer {
  /** Where to find it. */
  readonly urls: string[];
  /** Drains and stops: see shutdown in docs/guides/operations.md. Resolves when nothing is left. */
  stop(reason: string): Promise<void>;
}

/**
 * Puts the product together and starts it: the only place that names concrete classes, together with `compose/`.
 * @throws the error of `listen` where the address cannot be had, and StartFault where the TLS files cannot be used
 */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const version = packageVersion();
  let draining = false;
  const isDraining = (): boolean => draining;
  const base: Base = { config, log, clock: systemClock, counters: newCounters(), version, isDraining };

  const tls = readTlsFiles(config.tlsCert, config.tlsKey);
  const keys = new ApiKeys(config.apiKeys);
  const keyFile = await followKeyFile(keyFileOf(config.dataDir), keys, log);
  const store = await openSqliteStore({ directory: config.dataDir, log });
  const passwords = new Passwords();
  const faces = await openFaces(base, store, passwords);
  const { chat, logs, webhooks, live, gateway, forwarder } = faces;
  const callers = createCallers(base, { store, chat, keys, passwords });
  const { sessions } = callers.auth;
  const engine = createEngine(base, faces, callers.auth);

  chat.start(engine);
  logs.start(engine.positions, (room) => engine.hub.get(room) !== undefined);
  webhooks.start(engine);
  live.start(engine.commands);
  const push = createPusher({ hub: engine.hub, publisher: engine.publisher, log });
  gateway.start(engine, push);

  const dispatcher = createDispatcher(base, engine, faces, callers.auth);
  const gates = createGates(base, engine, callers);
  const parts: Parts = { store, faces, callers, engine, push, dispatcher, gates };
  const doors = createDoors(base, parts);
  const metrics = createMetrics(base.counters, gaugesOf(parts));
  const app = createApplication(base, parts, doors, tls);
  await addRoutes(app, base, parts, metrics);

  const listeners = await listen(app, config);
  engine.start();
  gates.overload.start();
  sessions.start();
  forwarder.start();
  const memory = new MemoryKeeper(() => engine.connections.size);
  memory.start();
  const renewal = tls && followTlsFiles(app.server, tls, log);
  const urls = urlsOf(tls ? 'https' : 'http', config.host, app.server.address() as AddressInfo);
  log.info({ urls, version }, 'listening');
  const advice = adviceOnKeys(keys, config);
  if (advice !== null) log.warn(advice);

  return {
    urls,
    async stop(reason) {
      draining = true;
      if (config.drainDelay > 0) await delay(config.drainDelay);
      log.info({ reason, connections: engine.connections.size }, 'draining');
      gateway.drain();
      doors.capture.drain();
      await chat.drain(config.shutdownTimeout / 4);
      engine.drain('The server is shutting down.', config.reconnectSpread);
      await engine.emptied(config.shutdownTimeout / 2);
      engine.stop();
      gates.overload.stop();
      doors.socketIo.close();
      await faces.stopGateway();
      webhooks.stop();
      live.stop();
      logs.stop();
      chat.stop();
      metrics.stop();
      memory.stop();
      renewal?.stop();
      keyFile.stop();
      for (const listener of listeners) listener.close();
      const closed = app.close(); // no new requests from here on
      app.server.closeAllConnections();
      await closed;
      sessions.stop();
      await store.close();
    },
  };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
