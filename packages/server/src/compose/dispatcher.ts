import type { Auth } from '../auth/auth.ts';
import { chatCommands } from '../chat/commands/index.ts';
import { Dispatcher } from '../core/dispatch.ts';
import type { Engine } from '../core/engine.ts';
import { gatewayCommands } from '../gateway/commands.ts';
import { webhookCommands } from '../webhooks/commands.ts';
import type { Base } from './base.ts';
import { idsOf } from './connection-log.ts';
import type { Faces } from './faces.ts';

/** What takes the commands of clients. The gateway has to be started. */
export function createDispatcher({ log, counters }: Base, engine: Engine, faces: Faces, auth: Auth): Dispatcher {
  const { chat, gateway, live } = faces;
  return new Dispatcher({
    commands: engine.commands,
    handlers: { ...chatCommands(chat), ...gatewayCommands(gateway.native), ...webhookCommands(live) },
    onActivity: ({ sessionHash }) => auth.sessions.touch(sessionHash),
    counters,
    onFault: (connection, type, err) => log.error({ ...idsOf(connection), type, err }, 'command failed'),
  });
}
