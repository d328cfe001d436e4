import { useSignal } from '@preact/signals';
import type { TargetedInputEvent, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { useElementId } from '../../../shared/use-id.ts';
import type { RoomItem, RoomsModel } from '../../model/chat-model.ts';
import { Dialog } from '../parts/dialog.tsx';

interface RoomSwitcherProps {
  readonly rooms: RoomsModel;
  readonly onClose: () => void;
}

const SHOWN = 10;

/** Type a few letters, press Enter: another room. */
export function RoomSwitcher({ rooms, onClose }: RoomSwitcherProps) {
  const id = useElementId();
  const at = useSignal(0);
  const found = rooms.list.value.slice(0, SHOWN);
  const chosen = found[Math.min(at.value, found.length - 1)];

  // Before the page is painted: what is typed at once would be cleared otherwise.
  useLayoutEffect(() => {
    // The list beside the room shows what it showed before.
    const before = rooms.filter.peek();
    rooms.filter.value = '';
    return () => {
      rooms.filter.value = before;
    };
  }, []);

  function change(event: TargetedInputEvent<HTMLInputElement>): void {
    rooms.filter.value = event.currentTarget.value;
    at.value = 0;
  }

  function press(event: TargetedKeyboardEvent<HTMLInputElement>): void {
    if (event.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) at.value = (at.value + step + found.length) % found.length;
    else if (event.key === 'Enter' && chosen) open(chosen);
    else return;
    event.preventDefault();
  }

  function open(room: RoomItem): void {
    rooms.open(room.id);
    onClose();
  }

  return (
    <Dialog title="Go to a room" onClose={onClose} kind="top" testId="switcher">
      <div class="switcher">
        <input
          class="input"
          type="text"
          role="combobox"
          aria-label="Name of the room"
          aria-expanded={found.length > 0}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={chosen ? `${id}-${found.indexOf(chosen)}` : undefined}
          placeholder="Type a name"
          value={rooms.filter.value}
          onInput={change}
          onKeyDown={press}
          autocomplete="off"
          spellcheck={false}
        />
        <div class="options" id={id} role="listbox" aria-label="Rooms">
          {found.map((room, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
            <div
              key={room.id}
              id={`${id}-${index}`}
              class="option"
              role="option"
              tabIndex={-1}
              aria-selected={room === chosen}
              onClick={() => open(room)}
            >
              <bdi>{room.name}</bdi>
              {room.unread > 0 && <span class="badge">{room.unread}</span>}
            </div>
          ))}
        </div>
        {found.length === 0 && <p class="soft">No room is called like that.</p>}
      </div>
    </Dialog>
  );
}
