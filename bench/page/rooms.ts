import { sentence } from '../chat/sentence.ts';
import type { BenchUser } from '../chat/users.ts';
import { Visitor } from '../chat/visitor.ts';
import type { RoomcastServer } from '../host/roomcast.ts';
import type { ShownRoom } from './visitors.ts';

/** Rooms in the list besides, as many as a team may have. */
const OTHERS = 30;
const SMALL = { name: 'small', last: 200 };

/** Creates a list of rooms, and fills one of them. @returns the one that is filled */
export async function prepareRooms(server: RoomcastServer, user: BenchUser): Promise<ShownRoom> {
  const visitor = await Visitor.connect(server.port, user);
  for (let i = 0; i < OTHERS; i++) await visitor.ask('create_room', { name: `Room ${i}` });
  const roomId = `chat:${SMALL.name}`;
  await visitor.ask('join_room', { roomId });
  for (let i = 1; i <= SMALL.last; i++) {
    await visitor.ask('chat_message', { roomId, content: sentence(), clientMessageId: `of the small room ${i}` });
  }
  await visitor.leave();
  return SMALL;
}
