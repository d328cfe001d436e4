import type { ReadonlySignal } from '@preact/signals';
import { CopyButton } from '../shared/copy-button.tsx';
import { emitCommand } from '../shared/emit-command.ts';
import { RoomForm } from '../shared/room-form.tsx';
import { roomLink } from '../shared/room-name.ts';
import { Snippet } from '../shared/snippet.tsx';
import { ClockTime } from './clock-time.tsx';
import type { LinkChange } from './room-session.ts';

interface ToolsProps {
  readonly origin: string;
  readonly room: string;
  readonly changes: ReadonlySignal<readonly LinkChange[]>;
}

/** What can be done with a room beside talking in it. */
export function Tools({ origin, room, changes }: ToolsProps) {
  const link = roomLink(origin, room);
  return (
    <>
      <section aria-labelledby="emit-title">
        <h2 id="emit-title">Emit from a program</h2>
        <Snippet title="curl" what="curl command" code={emitCommand(origin, room)} />
      </section>
      <section aria-labelledby="invite-title">
        <h2 id="invite-title">Bring in a second client</h2>
        <p class="tools-row">
          <a class="button small" href={link} target="_blank" rel="noopener">
            Open in a second tab
          </a>
          <CopyButton text={link} what="room link" label="Copy link" />
        </p>
      </section>
      <section aria-labelledby="change-title">
        <h2 id="change-title">Change room</h2>
        <RoomForm id="change-room" label="Room name" action="Open" initial={room} />
      </section>
      <section aria-labelledby="changes-title">
        <h2 id="changes-title">Connection</h2>
        <ol class="changes">
          {changes.value.map(({ key, time, text }) => (
            <li key={key}>
              <ClockTime time={time} />
              <span>{text}</span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
