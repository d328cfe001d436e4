import type { Handlers } from '../core/commands/command.ts';
import type { NativeClients } from './native-clients.ts';

/** The commands of native clients that belong to users of a backend. */
export function gatewayCommands(clients: NativeClients) {
  return {
    async register({ fanout }, { connection, payload, id }) {
      const { userId, room } = await clients.register(connection, payload.userId, payload.token);
      fanout.send(connection, 'registered', { userId, room }, id);
    },
    async authenticate({ fanout }, { connection, payload, id }) {
      const { userId, expiresAt } = await clients.renew(connection, payload.token);
      fanout.send(connection, 'authenticated', { userId, expiresAt }, id);
    },
  } satisfies Partial<Handlers>;
}
