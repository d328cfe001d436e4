import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import type { RoomName } from '@roomcast/protocol';
import type { FastifyInstance, FastifyListenOptions } from 'fastify';
import { authRoutes } from './api/auth.ts';
import { docsRoutes } from './api/docs.ts';
import { emitRoute } from './api/emit.ts';
import { healthRoutes } from './api/health.ts';
import { memberRoutes } from './api/members.ts';
import { metricsRoute } from './api/metrics.ts';
import { outboxRoutes } from './api/outbox.ts';
import { pushRoutes } from './api/push.ts';
import { roomRoutes } from './api/rooms.ts';
import { webhookRoutes } from './api/webhooks.ts';
import { Access, adviceOnKeys } from './auth/access.ts';
import { ApiKeys } from './auth/api-keys.ts';
import { createAuth } from './auth/auth.ts';
import { followKeyFile } from './auth/key-follower.ts';
import { Origins } from './auth/origin.ts';
import { Passwords } from './auth/passwords.ts';
import { Signatures } from './auth/signatures.ts';
import { Chat } from './chat/chat.ts';
import { chatCommands } from './chat/commands/index.ts';
import type { Config } from './config/config.ts';
import { keyFileOf } from './config/key-file.ts';
import { connectionLimits, webhookBodyLimit } from './config/limits.ts';
import type { Connection } from './core/connection.ts';
import { Dispatcher } from './core/dispatch.ts';
import { Engine } from './core/engine.ts';
import { Overload } from './core/overload.ts';
import { namespaces } from './core/policy.ts';
import { gatewayCommands } from './gateway/commands.ts';
import { createGateway } from './gateway/create-gateway.ts';
import { createPusher } from './gateway/pusher.ts';
import { Admission } from './http/admission.ts';
import { createApp } from './http/app.ts';
import { canShare, listenBeside, probe } from './http/listeners.ts';
import { pageRoutes } from './http/pages.ts';
import { Peers } from './http/peer.ts';
import { followTlsFiles, readTlsFiles } from './http/tls.ts';
import { answerRefusal, handleUpgrades, refusalOfReader, type UpgradeOptions } from './http/upgrade.ts';
import { StoredLogs } from './logs/stored-logs.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import { count, newCounters } from './telemetry/counters.ts';
import type { Logger } from './telemetry/log.ts';
import { MemoryKeeper } from './telemetry/memory-keeper.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { BridgeTransport } from './transports/bridge.ts';
import { NativeTransport } from './transports/native.ts';
import { SocketIoTransport } from './transports/socketio/transport.ts';
import { SseTransport } from './transports/sse.ts';
import { systemClock } from './util/clock.ts';
import { Capture } from './webhooks/capture.ts';
import { webhookCommands } from './webhooks/commands.ts';
import { Live } from './webhooks/live.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** Connections that may wait to be accepted. */
const BACKLOG = 4096;

/** A server that listens. */
export interface RunningServer {
  /** Where to find it. */
  readonly urls: string[];
  /** Drains and stops: see shutdown in docs/guides/operations.md. Resolves when nothing is left. */
  stop(reason: string): Promise<void>;
}

/**
 * Puts the product together and starts it: the only place that names concrete classes.
 * @throws the error of `listen` where the address cannot be had, and StartFault where the TLS files cannot be used
 */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const clock = systemClock;
  const counters = newCounters();
  const version = packageVersion();
  let draining = false;
  const isDraining = (): boolean => draining;

  const readingFailed = (connection: Connection, err: unknown): void =>
    log.error({ ...idsOf(connection), err }, 'reading a log failed');

  const tls = readTlsFiles(config.tlsCert, config.tlsKey);
  const keys = new ApiKeys(config.apiKeys);
  const keyFile = await followKeyFile(keyFileOf(config.dataDir), keys, log);
  const store = await openSqliteStore({ directory: config.dataDir, log });
  const chat = await Chat.open({ store, settings: config, clock, log });
  const peers = new Peers(config.trustedProxies);
  const passwords = new Passwords();
  const auth = createAuth({
    store,
    settings: config,
    keys,
    peers,
    passwords,
    clock,
    log,
    admit: (userId) => chat.refusal(userId),
  });
  auth.sessions.onEnded((sessionHash, reason) => chat.endSession(sessionHash, reason));
  const policies = namespaces(config.namespaces);
  const logs = await StoredLogs.load({ store: store.logs, namespaces: policies, clock, log });
  const webhooks = await Webhooks.open({ store, logs, settings: config, clock, log, passwords });
  const live = new Live({ webhooks, counters, onFault: readingFailed });
  const { gateway, forwarder, stop: stopGateway } = await createGateway({ store, settings: config, clock, log });
  const engine = new Engine({
    ...config,
    clock,
    counters,
    namespaces: policies,
    isKnown: ({ namespace, name }) => namespace !== 'webhook' || webhooks.has(name),
    openLog: chat.openLog,
    openStoredLog: logs.open,
    onJoined: (membership) => {
      chat.joined(membership);
      gateway.joined(membership);
      live.joined(membership);
    },
    onLeft: (membership) => {
      chat.left(membership);
      gateway.left(membership);
      live.left(membership);
    },
    onGivenUp: chat.givenUp,
    onEmptied: chat.emptied,
    onOpened: (connection) => {
      const { address, format, memberships } = connection;
      const roomId = memberships[0] && loggable(memberships[0].room.name);
      log.info({ ...idsOf(connection), roomId, address, transport: format.name }, 'connection opened');
      if (connection.identity) auth.sessions.watch(connection.identity.sessionHash);
      chat.opened(connection);
    },
    onCaughtUp: (connection) => chat.caughtUp(connection),
    onReleased: (connection, broken) => {
      chat.closed(connection, broken);
      gateway.released(connection, broken);
    },
    onClosed: (connection, code, reason) => {
      if (connection.identity) auth.sessions.unwatch(connection.identity.sessionHash);
      log.info({ ...idsOf(connection), code, reason: reason || undefined }, 'connection closed');
    },
    onFault: readingFailed,
  });
  chat.start(engine);
  logs.start(engine.positions, (room) => engine.hub.get(room) !== undefined);
  webhooks.start(engine);
  live.start(engine.commands);
  const push = createPusher({ hub: engine.hub, publisher: engine.publisher, log });
  gateway.start(engine, push);
  const dispatcher = new Dispatcher({
    commands: engine.commands,
    handlers: { ...chatCommands(chat), ...gatewayCommands(gateway), ...webhookCommands(live) },
    onActivity: ({ sessionHash }) => auth.sessions.touch(sessionHash),
    counters,
    onFault: (connection, type, err) => log.error({ ...idsOf(connection), type, err }, 'command failed'),
  });

  const origins = new Origins(config.allowedOrigins, config.host);
  const signatures = new Signatures({ secret: config.pushSecret, clock });
  const access = new Access({ ...config, keys, signatures, peers, audit: auth.audit });
  const overload = new Overload({
    shedDelay: config.shedDelay,
    onChange: (level, delay) => {
      engine.fanout.hurried = level > 0;
      log.warn({ shedding: level, delay: Math.round(delay) }, level > 0 ? 'load is shed' : 'no more load is shed');
    },
  });
  const isOverloaded = (): boolean => overload.level >= 2;
  const limits = connectionLimits(config);
  const admission = new Admission(limits);
  const gates = { isDraining, isOverloaded, origins, peers, admission };
  const rate = { perSecond: config.messageRate, burst: config.messageBurst };
  const acceptorOptions = { engine, clock, counters, maxFrameSize: config.maxFrameSize, rate };
  const { pingInterval, pingTimeout } = config;
  const transports = [
    new NativeTransport({
      ...acceptorOptions,
      ...{ dispatcher, pingInterval, pingTimeout, maxBuffer: config.maxBuffer, events: gateway.native, overload },
    }),
    new BridgeTransport(acceptorOptions),
  ];

  const identify: UpgradeOptions['identify'] = (request, query, demand) =>
    (demand === 'optional' ? gateway.admit(request) : null) ?? auth.identifier.identify(request, query, demand);
  const socketIo = new SocketIoTransport({
    ...acceptorOptions,
    ...config,
    dispatcher,
    gateway,
    webhooks: live,
    admits: (request) => refusalOfReader(request, gates) === null,
    allowsOrigin: (request) => origins.allows(request),
    overload,
    admit: (request) => {
      const address = peers.addressOf(request);
      if (admission.admit(address) !== 'admitted') return null;
      return { address, release: () => admission.release(address) };
    },
    onFault: (connection, err) => log.error({ ...(connection ? idsOf(connection) : {}), err }, 'Socket.IO failed'),
  });

  const settings = { webhookBodySize: webhookBodyLimit(config) };
  const capture = new Capture({ webhooks, peers, settings, clock, log, counters, isDraining, isOverloaded });
  const sse = new SseTransport({
    ...acceptorOptions,
    audit: auth.audit,
    gates,
    identify: (request, query) => identify(request, query, 'optional'),
    opened: gateway.native.opened,
    join: (connection, { keyed, ...join }) => live.join(connection, join, undefined, keyed),
    mayRead: (request) => keys.allow(request, 'read'),
    handshakeTimeout: config.handshakeTimeout,
    onFault: (connection, err) => log.error({ ...(connection ? idsOf(connection) : {}), err }, 'SSE failed'),
  });

  const metrics = createMetrics(counters, {
    connections: () => engine.connections.size,
    rooms: () => engine.hub.roomCount,
    logBytes: () => engine.hub.budget.bytes,
    users: () => chat.people.online,
    chatRooms: () => chat.rooms.size,
    isStorageAvailable: () => store.available,
    registered: () => gateway.registered,
    clientSessions: () => gateway.sessions,
    shedding: () => overload.level,
    forwarding: forwarder,
    webhooks,
  });
  const { handshakeTimeout } = config;
  const onProblem = (code: string): void => count(counters.errors, code);
  const app = createApp({
    log,
    origins,
    bodyLimit: config.maxFrameSize,
    handshakeTimeout,
    onProblem,
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
      if (refused) answerRefusal(response, refused);
      else socketIo.request(request, response);
      return true;
    },
  });
  await docsRoutes(app, version);
  authRoutes(app, { auth, peers, settings: config });
  emitRoute(app, { access, hub: engine.hub, publisher: engine.publisher });
  pushRoutes(app, { access, push });
  outboxRoutes(app, { access, outbox: forwarder });
  memberRoutes(app, { access, hub: engine.hub, admin: gateway.members });
  roomRoutes(app, { access, hub: engine.hub });
  webhookRoutes(app, { access, keys, webhooks, peers, settings: config, version, epochOf: logs.epochOf });
  metricsRoute(app, { access, metrics });
  healthRoutes(app, {
    version,
    connections: () => engine.connections.size,
    maxConnections: limits.total,
    rooms: () => engine.hub.roomCount,
    isDraining,
    isStorageAvailable: () => store.available,
  });
  await pageRoutes(app);
  handleUpgrades(app.server, {
    transports,
    origins,
    peers,
    admission,
    counters,
    audit: auth.audit,
    log,
    identify,
    handshakeTimeout,
    isDraining,
    isOverloaded,
    guest: socketIo,
  });

  const listeners = await listen(app, config);
  engine.start();
  overload.start();
  auth.sessions.start();
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
      capture.drain();
      await chat.drain(config.shutdownTimeout / 4);
      engine.drain('The server is shutting down.', config.reconnectSpread);
      await engine.emptied(config.shutdownTimeout / 2);
      engine.stop();
      overload.stop();
      socketIo.close();
      await stopGateway();
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
      auth.sessions.stop();
      await store.close();
    },
  };
}

/** Returns what has to be closed beside the application. @throws the error of `listen`: rejects */
async function listen(app: FastifyInstance, { host, port }: Config): Promise<readonly Server[]> {
  if (!canShare(host)) {
    await app.listen({ host, port, backlog: BACKLOG });
    return [];
  }
  const options = { host, port: await probe({ host, port, backlog: BACKLOG }), backlog: BACKLOG };
  await app.listen({ ...options, reusePort: true } as FastifyListenOptions);
  return listenBeside(app.server, options);
}

/** What every log line of a connection carries. */
function idsOf({ id, identity }: Connection): { connectionId: string; userId: string | null } {
  return { connectionId: id, userId: identity?.userId ?? null };
}

/** The name of a room in the log. Who has the id of a webhook may watch it: the log has its beginning alone. */
function loggable({ namespace, name, full }: RoomName): string {
  return namespace === 'webhook' ? `webhook:${name.slice(0, 6)}…` : full;
}

function urlsOf(scheme: string, host: string, { port }: AddressInfo): string[] {
  if (host === '0.0.0.0' || host === '::') return [`${scheme}://localhost:${port}`];
  return [`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`];
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
