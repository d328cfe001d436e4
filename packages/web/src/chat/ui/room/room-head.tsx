import { useSignal } from '@preact/signals';
import { Icon } from '../../../shared/icon.tsx';
import { lazy } from '../../../shared/lazy.tsx';
import { Popover } from '../../../shared/popover.tsx';
import type { ActiveRoom, ChatModel } from '../../model/chat-model.ts';
import type { Panels } from '../panels.ts';
import { hasRoomColumn, hasSideColumn } from '../parts/screen-size.ts';
import { isStale, presenceWords } from './presence-words.ts';

interface RoomHeadProps {
  readonly model: ChatModel;
  readonly room: ActiveRoom;
  readonly panels: Panels;
}

const DeleteRoomDialog = lazy(async () => (await import('../rooms/delete-room-dialog.tsx')).DeleteRoomDialog);

/** Which room this is, who is in it, and what can be done with it. */
export function RoomHead({ model, room, panels }: RoomHeadProps) {
  const deleting = useSignal(false);
  const stale = isStale(model.link.value);
  const count = room.members.value.length;
  const people = presenceWords(count, stale);
  return (
    <header class="room-head chat-head">
      {!hasRoomColumn.value && (
        <button type="button" class="icon-button" aria-label="Rooms" onClick={() => panels.open('rooms')}>
          <Icon name="rooms" size={20} />
        </button>
      )}
      <div class="room-title">
        <p class="label">
          Room
          {count > 0 && (
            <>
              {' · '}
              <span class={stale ? 'stale' : undefined}>{people.short}</span>
            </>
          )}
        </p>
        <h1 data-testid="active-room" title={room.name.value}>
          <bdi>{room.name}</bdi>
        </h1>
      </div>
      <div class="chat-head-actions">
        <button
          type="button"
          class="icon-button"
          aria-label="Search messages"
          title="Search messages"
          aria-pressed={panels.side.value === 'search'}
          onClick={() => panels.toggle('search')}
        >
          <Icon name="search" size={20} />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={`Members, ${people.full}`}
          title="Members"
          aria-pressed={hasSideColumn.value ? panels.side.value === 'members' : undefined}
          onClick={() => panels.toggle('members')}
        >
          <Icon name="members" size={20} />
        </button>
        <Popover
          face={<Icon name="more" size={20} />}
          label="Room menu"
          buttonClass="icon-button"
          popoverClass="menu"
          align="end"
          side="below"
        >
          {(close) => (
            <>
              <button
                type="button"
                onClick={() => {
                  close();
                  model.rooms.leave();
                }}
              >
                Leave room
              </button>
              <button
                type="button"
                class="bad"
                onClick={() => {
                  close();
                  deleting.value = true;
                }}
              >
                Delete room …
              </button>
            </>
          )}
        </Popover>
      </div>
      {deleting.value && (
        <DeleteRoomDialog
          name={room.name.value}
          onDelete={() => model.rooms.delete(room.id)}
          onClose={() => {
            deleting.value = false;
          }}
        />
      )}
    </header>
  );
}
