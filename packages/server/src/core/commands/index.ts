import type { ClientCommandType } from '@roomcast/protocol';
import type { Handler } from './command.ts';
import { getHistory } from './get-history.ts';
import { getMembers } from './get-members.ts';
import { getRooms } from './get-rooms.ts';
import { heartbeat } from './heartbeat.ts';
import { joinRoom } from './join-room.ts';
import { leaveRoom } from './leave-room.ts';
import { publish } from './publish.ts';
import { resumeSession } from './resume-session.ts';

/** Every command of the protocol has its handler: the type demands it. */
export const HANDLERS: { readonly [Type in ClientCommandType]: Handler<Type> } = {
  resume_session: resumeSession,
  join_room: joinRoom,
  leave_room: leaveRoom,
  publish,
  get_rooms: getRooms,
  get_members: getMembers,
  get_history: getHistory,
  heartbeat,
};
