import { webhookBodyLimit } from '../config/limits.ts';
import { refusalOfReader, type UpgradeOptions } from '../http/upgrade.ts';
import type { AcceptorOptions } from '../transports/acceptor.ts';
import { BridgeTransport } from '../transports/bridge.ts';
import { NativeTransport } from '../transports/native.ts';
import { SocketIoTransport } from '../transports/socketio/transport.ts';
import { SseTransport } from '../transports/sse.ts';
import { Capture } from '../webhooks/capture.ts';
import { secretFor } from '../webhooks/secret-for.ts';
import type { Base } from './base.ts';
import { faultLog } from './connection-log.ts';
import type { Parts } from './parts.ts';

export type Doors = ReturnType<typeof createDoors>;

type Identify = UpgradeOptions['identify'];

/** What clients and captured requests come in through, beside the HTTP API. */
export function createDoors(base: Base, parts: Parts) {
  const { config, clock, counters } = base;
  const { gateway } = parts.faces;
  const { identifier } = parts.callers.auth;
  const rate = { perSecond: config.messageRate, burst: config.messageBurst };
  const common = { engine: parts.engine, clock, counters, maxFrameSize: config.maxFrameSize, rate };
  const identify: Identify = (request, query, demand) =>
    (demand === 'optional' ? gateway.admit(request) : null) ?? identifier.identify(request, query, demand);
  return {
    identify,
    transports: [createNative(base, parts, common), new BridgeTransport(common)],
    socketIo: createSocketIo(base, parts, common),
    capture: createCapture(base, parts),
    sse: createSse(base, parts, common, identify),
  };
}

function createNative({ config }: Base, { dispatcher, faces, gates }: Parts, common: AcceptorOptions) {
  const { pingInterval, pingTimeout, maxBuffer } = config;
  const { overload } = gates;
  const events = faces.gateway.native;
  return new NativeTransport({ ...common, dispatcher, pingInterval, pingTimeout, maxBuffer, events, overload });
}

function createSocketIo({ config, log }: Base, { dispatcher, faces, gates }: Parts, common: AcceptorOptions) {
  const { origins, peers, admission, overload } = gates;
  return new SocketIoTransport({
    ...common,
    ...config,
    dispatcher,
    gateway: faces.gateway,
    webhooks: faces.live,
    admits: (request) => refusalOfReader(request, gates) === null,
    allowsOrigin: (request) => origins.allows(request),
    overload,
    admit: (request) => {
      const address = peers.addressOf(request);
      if (admission.admit(address) !== 'admitted') return null;
      return { address, release: () => admission.release(address) };
    },
    onFault: faultLog(log, 'Socket.IO failed'),
  });
}

function createSse({ config, log }: Base, parts: Parts, common: AcceptorOptions, identify: Identify) {
  const { callers, faces, gates } = parts;
  const { gateway, live, webhooks } = faces;
  return new SseTransport({
    ...common,
    audit: callers.auth.audit,
    gates,
    identify: (request, query) => identify(request, query, 'optional'),
    opened: gateway.native.opened,
    join: async (connection, { keyed, secrets, ...join }) => {
      const secret = secretFor(webhooks.get(join.webhookId), secrets, webhooks);
      await live.join(connection, { ...join, ...(secret === undefined ? {} : { secret }) }, undefined, keyed);
    },
    mayRead: (request) => callers.keys.allow(request, 'read'),
    handshakeTimeout: config.handshakeTimeout,
    onFault: faultLog(log, 'SSE failed'),
  });
}

function createCapture({ config, clock, log, counters }: Base, { faces, gates }: Parts) {
  const { webhooks } = faces;
  const { peers, isDraining, isOverloaded } = gates;
  const settings = { webhookBodySize: webhookBodyLimit(config) };
  return new Capture({ webhooks, peers, settings, clock, log, counters, isDraining, isOverloaded });
}
