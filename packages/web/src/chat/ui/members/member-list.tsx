import type { ActiveRoom } from '../../model/chat-model.ts';

/** Who is in the room now. */
export function MemberList({ room }: { readonly room: ActiveRoom }) {
  const typing = new Set(room.typing.value);
  return (
    <ul class="members-list" data-testid="members">
      {room.members.value.map(({ id, username, isMe }) => (
        <li key={id} class="member" data-testid="member" data-me={isMe || undefined}>
          <span class="member-sign" aria-hidden="true" />
          <span class="member-name">
            <bdi>{username}</bdi>
            {isMe && <span class="soft"> (you)</span>}
          </span>
          {typing.has(username) ? <span class="member-state">typing</span> : <span class="unseen">online</span>}
        </li>
      ))}
    </ul>
  );
}
