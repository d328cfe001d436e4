import type { Handler } from '../../core/commands/command.ts';
import { publish as publishAnywhere } from '../../core/commands/publish.ts';
import { CommandError } from '../../core/errors.ts';
import { identityOf, isChatId } from './shared.ts';

/** Publishes into rooms of other kinds. What is said in chat rooms is said by `chat_message`. */
export const publish: Handler<'publish'> = (context, command) => {
  if (!isChatId(command.payload.roomId)) return publishAnywhere(context, command);
  identityOf(command.connection);
  throw new CommandError('FORBIDDEN', 'Messages of chat rooms are sent by "chat_message".');
};
