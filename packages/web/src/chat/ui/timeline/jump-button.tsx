import { Icon } from '../../../shared/icon.tsx';
import type { ActiveRoom } from '../../model/chat-model.ts';

interface JumpButtonProps {
  readonly room: ActiveRoom;
  readonly onJump: () => void;
}

/** Leads a reader who is not at the end to it, and says how many have come there meanwhile. */
export function JumpButton({ room, onJump }: JumpButtonProps) {
  if (room.atEnd.value || room.timeline.value.messages.length === 0) return null;
  const count = room.newCount.value;
  return (
    <button
      type="button"
      class={count > 0 ? 'button small main timeline-jump' : 'button small timeline-jump'}
      data-testid="jump"
      onClick={onJump}
    >
      {count > 0 ? `${count} new` : 'Jump to latest'}
      {count > 0 && <span class="unseen"> {count === 1 ? 'message' : 'messages'}, jump to latest</span>}
      <Icon name="down" size={16} />
    </button>
  );
}
