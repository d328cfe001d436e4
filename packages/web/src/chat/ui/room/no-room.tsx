import { hasRoomColumn } from '../parts/screen-size.ts';

/** What stands where a room would, as long as none is open. */
export function NoRoom({ onRooms }: { readonly onRooms: () => void }) {
  return (
    <main class="chat-room none">
      <div class="timeline-empty">
        <h1>No room is open</h1>
        {hasRoomColumn.value ? (
          <p>Choose a room on the left, or create one.</p>
        ) : (
          <p>
            <button type="button" class="button main" onClick={onRooms}>
              Choose a room
            </button>
          </p>
        )}
      </div>
    </main>
  );
}
