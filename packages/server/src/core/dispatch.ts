import type { ClientCommands, ClientCommandType, CommandId } from '@roomcast/protocol';
import { type Counters, count } from '../telemetry/counters.ts';
import type { Command, CommandContext, Handlers } from './commands/command.ts';
import type { Connection } from './connection.ts';
import { CommandError } from './errors.ts';
import type { Identity } from './identity.ts';

/** A command as a transport has read it: its shape has been checked. */
export interface ParsedCommand<Type extends ClientCommandType = ClientCommandType> {
  readonly type: Type;
  readonly payload: ClientCommands[Type];
  readonly text: string;
  readonly timestamp: string | undefined;
  readonly id: CommandId | undefined;
  /** Binary values of the data, where its transport has them; the text holds their placeholders. */
  readonly attachments?: readonly Buffer[];
}

export interface DispatcherOptions {
  readonly commands: CommandContext;
  readonly handlers: Partial<Handlers>;
  /** Told of each command of a connection that is somebody's. */
  readonly onActivity?: (identity: Identity) => void;
  readonly counters: Counters;
  /** Told of what is no client's fault. */
  readonly onFault: (connection: Connection, type: string, error: unknown) => void;
}

/** Hands commands to their handlers and turns refusals into error frames. A fault in one harms no other connection. */
export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  dispatch(connection: Connection, command: ParsedCommand): void {
    const { commands, handlers, onActivity } = this.#options;
    if (connection.identity && command.type !== 'heartbeat') onActivity?.(connection.identity);
    try {
      const work = run(handlers, commands, connection, command);
      if (work) work.catch((error: unknown) => this.refuseFault(connection, error, command.type, command.id));
    } catch (error) {
      this.refuseFault(connection, error, command.type, command.id);
    }
  }

  /** Answers a command that could not be carried out, or a frame that is none. */
  refuse(connection: Connection, error: CommandError, originalType: string | null, id?: CommandId): void {
    const { code, message, field, retryAfter } = error;
    count(this.#options.counters.errors, code as string);
    const payload = {
      code,
      message,
      originalType,
      ...(field === undefined ? {} : { field }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
    this.#options.commands.fanout.send(connection, 'error', payload, id);
  }

  /** Answers a command that failed, whatever of; what is no client's fault is told to the operator. */
  refuseFault(connection: Connection, error: unknown, type: string, id: CommandId | undefined): void {
    if (error instanceof CommandError) {
      this.refuse(connection, error, type, id);
      return;
    }
    this.#options.onFault(connection, type, error);
    const message = `The server failed. Its log names this connection: ${connection.id}.`;
    this.refuse(connection, new CommandError('INTERNAL_ERROR', message), type, id);
  }
}

function run<Type extends ClientCommandType>(
  handlers: Partial<Handlers>,
  context: CommandContext,
  connection: Connection,
  { type, ...rest }: ParsedCommand<Type>,
): void | Promise<void> {
  const handler: Handlers[Type] | undefined = handlers[type];
  if (!handler) throw new CommandError('UNKNOWN_TYPE', `There is no command "${type}" here.`);
  const command: Command<Type> = { connection, ...rest };
  return handler(context, command);
}
