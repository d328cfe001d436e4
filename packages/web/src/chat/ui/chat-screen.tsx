import type { ReadonlySignal } from '@preact/signals';
import { useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { lazy } from '../../shared/lazy.tsx';
import type { ChatModel } from '../model/chat-model.ts';
import { openDialog } from './dialogs.ts';
import { Drawers } from './drawers.tsx';
import { Banners } from './notices/banners.tsx';
import { Toasts } from './notices/toasts.tsx';
import { pageTitle } from './page-title.ts';
import { Panels } from './panels.ts';
import { restoreFocus } from './parts/focus.ts';
import { hasRoomColumn, hasSideColumn } from './parts/screen-size.ts';
import { NoRoom } from './room/no-room.tsx';
import { RoomView } from './room/room-view.tsx';
import { RoomList } from './rooms/room-list.tsx';
import { listenForShortcuts } from './shortcuts.ts';
import { SidePanel } from './side-panel.tsx';

interface ChatScreenProps {
  readonly model: ChatModel;
  readonly now: ReadonlySignal<Date>;
}

const RoomSwitcher = lazy(async () => (await import('./rooms/room-switcher.tsx')).RoomSwitcher);
const HelpDialog = lazy(async () => (await import('./account/help-dialog.tsx')).HelpDialog);

/** Rooms, the room, and who is in it. */
export function ChatScreen({ model, now }: ChatScreenProps) {
  const panels = useMemo(() => new Panels(), []);
  const room = model.active.value;
  const close = () => {
    openDialog.value = null;
  };

  usePageTitle(model);
  useEffect(
    () =>
      listenForShortcuts({
        switchRoom: () => {
          openDialog.value = 'switcher';
        },
        help: () => {
          openDialog.value = 'help';
        },
      }),
    [],
  );
  const shown = useRef(room?.id);
  useEffect(() => {
    // The room that had the focus has gone.
    if (shown.current !== room?.id && document.activeElement === document.body) restoreFocus(null);
    shown.current = room?.id;
  }, [room?.id]);

  return (
    <div class="chat" data-side={hasSideColumn.value && room ? panels.side.value : null}>
      <Banners model={model} />
      {hasRoomColumn.value && (
        <nav class="chat-rooms" aria-label="Rooms" data-region="rooms">
          <RoomList model={model} now={now} />
        </nav>
      )}
      {room ? (
        // By the open room itself, not by its id: for another user the same room is opened anew.
        <RoomView key={room} model={model} room={room} panels={panels} now={now} />
      ) : (
        <NoRoom onRooms={() => panels.open('rooms')} />
      )}
      {room && hasSideColumn.value && <SidePanel model={model} room={room} panels={panels} />}
      <Drawers model={model} panels={panels} now={now} />
      {openDialog.value === 'switcher' && <RoomSwitcher rooms={model.rooms} onClose={close} />}
      {openDialog.value === 'help' && <HelpDialog onClose={close} />}
      <Toasts model={model} />
    </div>
  );
}

/** The tab says which room is open and how much is unread, in all rooms. */
function usePageTitle({ rooms, active }: ChatModel): void {
  const unread = useRef(0);
  useEffect(
    () => () => {
      document.title = pageTitle(null, 0);
    },
    [],
  );
  useSignalEffect(() => {
    // A filtered list is not all there is.
    if (rooms.filter.value.trim() === '') unread.current = rooms.list.value.reduce((sum, room) => sum + room.unread, 0);
    const room = active.value;
    document.title = pageTitle(room?.name.value ?? null, unread.current + (room?.newCount.value ?? 0));
  });
}
