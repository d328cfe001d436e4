import type { ActiveRoom, Timeline } from '../../model/chat-model.ts';

/** What stands where there are no messages. */
export function EmptyTimeline({ room }: { readonly room: ActiveRoom }) {
  switch (room.state.value) {
    case 'joining':
      return (
        <p class="timeline-empty" role="status">
          Loading the messages …
        </p>
      );
    case 'refused':
      return (
        <div class="timeline-empty" role="alert">
          <p>
            <strong>You cannot enter this room.</strong>
          </p>
          <p>{room.refusal}</p>
        </div>
      );
    case 'joined':
      return (
        <div class="timeline-empty">
          <p>
            <strong>Nothing has been said here yet.</strong>
          </p>
          <p>Write the first message below. Everybody in the room sees it at once, and it is kept.</p>
        </div>
      );
  }
}

/** Says at the upper edge that older messages are on their way. It takes no place: nothing moves when it comes. */
export function ListEdge({ timeline }: { readonly timeline: Timeline }) {
  const { loading, messages } = timeline;
  if (loading === null || messages.length === 0) return null;
  return (
    <p class="timeline-loading" data-edge={loading === 'newer' ? 'end' : 'start'}>
      {loading === 'newer' ? 'Loading newer messages …' : 'Loading messages …'}
    </p>
  );
}
