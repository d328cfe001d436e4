import { Composer } from './composer.tsx';
import { Messages } from './messages.tsx';
import type { RoomSession } from './room-session.ts';
import { Status } from './status.tsx';
import { Tools } from './tools.tsx';
import { ToolsPanel } from './tools-panel.tsx';

interface RoomPageProps {
  readonly session: RoomSession;
  readonly origin: string;
}

/** The page of one room. */
export function RoomPage({ session, origin }: RoomPageProps) {
  const send = (data: object) => session.send(data);
  return (
    <div class="room-page">
      <section class="room" aria-labelledby="room-name">
        <header class="room-head">
          <div class="room-title">
            <p class="label">Room</p>
            <h1 id="room-name" title={session.room}>
              {session.room}
            </h1>
          </div>
          <Status link={session.link} onReconnect={() => session.reconnect()} />
        </header>
        {session.refusal.value !== null && (
          <p class="refusal" role="alert">
            The server refused this room: {session.refusal.value}
          </p>
        )}
        <Messages list={session.messages} onResend={send} />
        <Composer room={session.room} connected={session.link.value.state === 'connected'} onSend={send} />
      </section>
      <ToolsPanel>
        <Tools origin={origin} room={session.room} changes={session.changes} />
      </ToolsPanel>
    </div>
  );
}
