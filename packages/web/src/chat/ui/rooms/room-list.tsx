import type { ReadonlySignal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import type { TargetedInputEvent } from 'preact';
import { Icon } from '../../../shared/icon.tsx';
import { lazy } from '../../../shared/lazy.tsx';
import { useElementId } from '../../../shared/use-id.ts';
import type { ChatModel, RoomItem } from '../../model/chat-model.ts';
import { useAction } from '../parts/action.ts';
import { RoomRow } from './room-row.tsx';

interface RoomListProps {
  readonly model: ChatModel;
  /** The time of day, for how long ago something was. */
  readonly now: ReadonlySignal<Date>;
  /** Called when a room was chosen. */
  readonly onOpened?: () => void;
}

const CreateRoomDialog = lazy(async () => (await import('./create-room-dialog.tsx')).CreateRoomDialog);

/** All rooms: find one, open one, make one. */
export function RoomList({ model, now, onOpened }: RoomListProps) {
  const { rooms } = model;
  const id = useElementId();
  const creating = useSignal(false);
  const more = useAction();

  function filter(event: TargetedInputEvent<HTMLInputElement>): void {
    rooms.filter.value = event.currentTarget.value;
  }

  function open(room: RoomItem): void {
    if (room.id !== model.active.value?.id) rooms.open(room.id);
    onOpened?.();
  }

  return (
    <div class="rooms">
      <div class="rooms-find">
        <label for={id} class="unseen">
          Find a room
        </label>
        <input
          class="input"
          id={id}
          type="search"
          placeholder="Find a room"
          value={rooms.filter.value}
          onInput={filter}
          autocomplete="off"
        />
        <button
          type="button"
          class="icon-button lined"
          aria-label="Create a room"
          title="Create a room"
          onClick={() => {
            creating.value = true;
          }}
        >
          <Icon name="plus" />
        </button>
      </div>
      <ul class="rooms-list" data-testid="room-list">
        {rooms.list.value.map((room) => (
          <RoomRow key={room.id} room={room} active={room.id === model.active.value?.id} now={now} onOpen={open} />
        ))}
      </ul>
      {rooms.list.value.length === 0 && <EmptyRooms model={model} onCreate={() => (creating.value = true)} />}
      {rooms.hasMore.value && (
        <button
          type="button"
          class="button small plain rooms-more"
          aria-disabled={more.busy.value}
          onClick={() => more.run(() => rooms.loadMore())}
        >
          {more.busy.value ? 'Loading …' : 'More rooms'}
        </button>
      )}
      {more.fault.value && <p class="rooms-empty fault">{more.fault.value.message}</p>}
      {creating.value && (
        <CreateRoomDialog
          rooms={rooms}
          initial={rooms.list.value.length === 0 ? rooms.filter.value : ''}
          onClose={(created) => {
            creating.value = false;
            if (created) onOpened?.();
          }}
        />
      )}
    </div>
  );
}

function EmptyRooms({ model, onCreate }: { readonly model: ChatModel; readonly onCreate: () => void }) {
  const { filter, loaded } = model.rooms;
  if (!loaded.value) return <p class="rooms-empty">Loading the rooms …</p>;
  if (filter.value.trim() !== '') {
    return (
      <p class="rooms-empty">
        No room is called like “<bdi>{filter.value.trim()}</bdi>”.{' '}
        <button type="button" class="link-button" onClick={onCreate}>
          Create it
        </button>
      </p>
    );
  }
  return (
    <p class="rooms-empty">
      There is no room yet.{' '}
      <button type="button" class="link-button" onClick={onCreate}>
        Create the first one
      </button>
    </p>
  );
}
