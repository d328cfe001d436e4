import type { ClientCommands, ClientCommandType, CommandId, RoomName } from '@roomcast/protocol';
import { parseRoomName } from '@roomcast/protocol';
import type { CatchUp } from '../catch-up.ts';
import type { Connection } from '../connection.ts';
import { CommandError } from '../errors.ts';
import type { Fanout } from '../fanout.ts';
import type { Hub } from '../hub.ts';
import type { Membership } from '../membership.ts';
import type { Publisher } from '../publish.ts';
import type { Recoverer } from '../recover.ts';
import type { Sessions } from '../session.ts';

/** What commands work with. */
export interface CommandContext {
  readonly hub: Hub;
  readonly fanout: Fanout;
  readonly publisher: Publisher;
  readonly recoverer: Recoverer;
  readonly catchUp: CatchUp;
  readonly sessions: Sessions;
  /** Publications that a join brings where the client names no number. */
  readonly joinHistory: number;
  /** Bytes of data in one page of publications. */
  readonly pageBytes: number;
}

/** One command of one connection; its payload has passed the schema. */
export interface Command<Type extends ClientCommandType = ClientCommandType> {
  readonly connection: Connection;
  readonly payload: ClientCommands[Type];
  /** The frame's text, for what must be passed on as it was written. */
  readonly text: string;
  /** The envelope's, as the client wrote it. */
  readonly timestamp: string | undefined;
  readonly id: CommandId | undefined;
  readonly attachments?: readonly Buffer[];
}

/** Carries a command out and answers it, at once or later. Throws, or rejects with, CommandError to refuse. */
export type Handler<Type extends ClientCommandType> = (
  context: CommandContext,
  command: Command<Type>,
) => void | Promise<void>;

/** What is done at which command. */
export type Handlers = { readonly [Type in ClientCommandType]: Handler<Type> };

/** @throws CommandError VALIDATION_ERROR where the name breaks the rules */
export function roomNameOf(roomId: string): RoomName {
  const name = parseRoomName(roomId);
  if ('fault' in name)
    throw new CommandError('VALIDATION_ERROR', `The room id ${name.fault}.`, { field: 'payload.roomId' });
  return name;
}

/** @throws CommandError NOT_IN_ROOM where the connection has not joined (or is still joining) */
export function membershipOf({ hub }: CommandContext, connection: Connection, roomId: string): Membership {
  const name = roomNameOf(roomId);
  const room = hub.get(name.full);
  const membership = room && connection.membershipOf(room);
  if (!membership?.present) throw new CommandError('NOT_IN_ROOM', `Join "${name.full}" first.`);
  return membership;
}
