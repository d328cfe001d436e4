import type { Handler } from './command.ts';

/** Answers a client that wants to know whether the server is still there (browsers cannot send pings). */
export const heartbeat: Handler<'heartbeat'> = ({ fanout }, { connection, payload, id }) => {
  fanout.send(connection, 'heartbeat', { sequence: payload.sequence }, id);
};
