import type { ReadonlySignal } from '@preact/signals';
import type { ActiveRoom, ChatModel } from '../../model/chat-model.ts';
import { Composer } from '../composer/composer.tsx';
import type { Panels } from '../panels.ts';
import { MessageList } from '../timeline/message-list.tsx';
import { RoomHead } from './room-head.tsx';
import { TypingLine } from './typing-line.tsx';

interface RoomViewProps {
  readonly model: ChatModel;
  readonly room: ActiveRoom;
  readonly panels: Panels;
  readonly now: ReadonlySignal<Date>;
}

/** The room that is open. */
export function RoomView({ model, room, panels, now }: RoomViewProps) {
  return (
    <main class="chat-room" data-room={room.id}>
      <RoomHead model={model} room={room} panels={panels} />
      <MessageList room={room} me={model.me.value?.username ?? null} now={now} />
      {room.state.value !== 'refused' && (
        <>
          <TypingLine room={room} />
          <Composer model={model} room={room} />
        </>
      )}
    </main>
  );
}
