import type { ReadonlySignal } from '@preact/signals';
import type { ChatModel } from '../model/chat-model.ts';
import { MemberList } from './members/member-list.tsx';
import type { Panels } from './panels.ts';
import { Dialog } from './parts/dialog.tsx';
import { hasRoomColumn, hasSideColumn } from './parts/screen-size.ts';
import { isStale } from './room/presence-words.ts';
import { RoomList } from './rooms/room-list.tsx';
import { SearchPanel } from './side-panel.tsx';

interface DrawersProps {
  readonly model: ChatModel;
  readonly panels: Panels;
  readonly now: ReadonlySignal<Date>;
}

/** What has no column of its own on this screen, over the room. */
export function Drawers({ model, panels, now }: DrawersProps) {
  const close = () => panels.closeDrawer();
  const room = model.active.value;
  const stale = isStale(model.link.value);
  switch (panels.drawer.value) {
    case null:
      return null;
    case 'rooms':
      if (hasRoomColumn.value) return null;
      return (
        <Dialog title="Rooms" kind="start" onClose={close}>
          <RoomList model={model} now={now} onOpened={close} />
        </Dialog>
      );
    case 'members':
      if (hasSideColumn.value || room === null) return null;
      return (
        <Dialog title={stale ? 'Were here' : 'Here now'} kind="end" onClose={close}>
          <div class="members">
            <MemberList room={room} stale={stale} />
          </div>
        </Dialog>
      );
    case 'search':
      if (hasSideColumn.value) return null;
      return (
        <Dialog title="Search" kind="end" onClose={close}>
          <SearchPanel model={model} onOpened={close} />
        </Dialog>
      );
  }
}
