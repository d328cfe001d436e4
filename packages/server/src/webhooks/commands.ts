import type { Handlers } from '../core/commands/command.ts';
import type { Live } from './live.ts';

/** The commands of those who watch webhooks. */
export function webhookCommands(live: Live) {
  return {
    join: (_context, { connection, payload, id }) => live.inTurn(connection, () => live.join(connection, payload, id)),
    leave: (_context, { connection, payload, id }) =>
      live.inTurn(connection, () => live.leave(connection, payload.webhookId, id)),
    watch: (_context, { connection, payload, id }) =>
      live.inTurn(connection, () => live.watch(connection, payload, id)),
  } satisfies Partial<Handlers>;
}
