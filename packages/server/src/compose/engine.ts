import type { Auth } from '../auth/auth.ts';
import { Engine } from '../core/engine.ts';
import type { Base } from './base.ts';
import { faultLog, idsOf, loggable } from './connection-log.ts';
import type { Faces } from './faces.ts';

/** The engine, which tells the faces who comes and goes. It has to be started and stopped. */
export function createEngine({ config, log, clock, counters }: Base, faces: Faces, auth: Auth): Engine {
  const { chat, gateway, live, logs, webhooks, policies } = faces;
  return new Engine({
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
    onFault: faultLog(log, 'reading a log failed'),
  });
}
