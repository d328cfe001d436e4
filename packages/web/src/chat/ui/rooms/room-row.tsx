import type { ReadonlySignal } from '@preact/signals';
import { shortAgo } from '../../../shared/times.ts';
import type { RoomItem } from '../../model/chat-model.ts';

interface RoomRowProps {
  readonly room: RoomItem;
  readonly active: boolean;
  readonly now: ReadonlySignal<Date>;
  readonly onOpen: (room: RoomItem) => void;
}

/** More than this is said as `99+`. */
const MOST_UNREAD = 99;

/** One room of the list. */
export function RoomRow({ room, active, now, onOpen }: RoomRowProps) {
  const { name, memberCount, lastActivity, unread } = room;
  return (
    <li>
      <button
        type="button"
        class="room-item"
        data-testid="room-item"
        data-room={room.id}
        aria-current={active ? 'true' : undefined}
        title={name}
        onClick={() => onOpen(room)}
      >
        <bdi class="room-item-name">{name}</bdi>
        {unread > 0 && (
          <span class="badge">
            {unread > MOST_UNREAD ? `${MOST_UNREAD}+` : unread}
            <span class="unseen"> unread</span>
          </span>
        )}
        <span class="room-item-facts">
          <span>{memberCount === 1 ? '1 person' : `${memberCount} people`}</span>
          <time dateTime={lastActivity.toISOString()}>{shortAgo(lastActivity, now.value)}</time>
        </span>
      </button>
    </li>
  );
}
