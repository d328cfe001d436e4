import type { Gauges } from '../telemetry/metrics.ts';
import type { Parts } from './parts.ts';

/** Where the figures are that are looked up when somebody asks for metrics. */
export function gaugesOf({ engine, faces, gates, store }: Parts): Gauges {
  const { chat, gateway, forwarder, webhooks } = faces;
  return {
    connections: () => engine.connections.size,
    rooms: () => engine.hub.roomCount,
    logBytes: () => engine.hub.budget.bytes,
    users: () => chat.people.online,
    chatRooms: () => chat.rooms.size,
    isStorageAvailable: () => store.available,
    registered: () => gateway.registered,
    clientSessions: () => gateway.sessions,
    shedding: () => gates.overload.level,
    forwarding: forwarder,
    webhooks,
  };
}
