import type { Handlers } from './command.ts';
import { getHistory } from './get-history.ts';
import { getMembers } from './get-members.ts';
import { getRooms } from './get-rooms.ts';
import { heartbeat } from './heartbeat.ts';
import { joinRoom } from './join-room.ts';
import { leaveRoom } from './leave-room.ts';
import { publish } from './publish.ts';
import { resumeSession } from './resume-session.ts';

/** The commands that concern rooms of any kind. */
export const ROOM_COMMANDS = {
  resume_session: resumeSession,
  join_room: joinRoom,
  leave_room: leaveRoom,
  publish,
  get_rooms: getRooms,
  get_members: getMembers,
  get_history: getHistory,
  heartbeat,
} satisfies Partial<Handlers>;
