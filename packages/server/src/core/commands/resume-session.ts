import { CommandError } from '../errors.ts';
import type { Handler } from './command.ts';

/** Names the session that the connection continues; resends within it are recognised. Once per connection. */
export const resumeSession: Handler<'resume_session'> = ({ sessions, fanout }, { connection, payload, id }) => {
  const { sessionId } = payload;
  if (connection.session?.id !== sessionId) {
    if (connection.hasNamedSession)
      throw new CommandError('FORBIDDEN', 'This connection has named its session already.');
    if (connection.session) sessions.leave(connection.session);
    connection.session = sessions.resume(sessionId);
    connection.hasNamedSession = true;
  }
  fanout.send(connection, 'session_resumed', { sessionId }, id);
};
