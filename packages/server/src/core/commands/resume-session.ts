import type { Handler } from './command.ts';

/** Names the session that the connection continues; resends within it are recognised. */
export const resumeSession: Handler<'resume_session'> = ({ sessions, fanout }, { connection, payload, id }) => {
  connection.session = sessions.resume(payload.sessionId);
  fanout.send(connection, 'session_resumed', { sessionId: payload.sessionId }, id);
};
