import type { ActiveRoom } from '../../model/chat-model.ts';

interface MemberListProps {
  readonly room: ActiveRoom;
  /** Whether this is of before the connection was lost. */
  readonly stale: boolean;
}

/** Who is in the room now. */
export function MemberList({ room, stale }: MemberListProps) {
  const typing = new Set(room.typing.value);
  return (
    <ul class={stale ? 'members-list stale' : 'members-list'} data-testid="members">
      {room.members.value.map(({ id, username, isMe }) => (
        <li key={id} class="member" data-testid="member" data-me={isMe || undefined}>
          <span class="member-sign" aria-hidden="true" />
          <span class="member-name">
            <bdi>{username}</bdi>
            {isMe && <span class="soft"> (you)</span>}
          </span>
          {typing.has(username) && !stale ? (
            <span class="member-state">typing</span>
          ) : (
            <span class="unseen">{stale ? 'was here' : 'online'}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
