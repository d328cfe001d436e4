import { RoomForm } from '../shared/room-form.tsx';
import { SUGGESTED_ROOM } from '../shared/room-name.ts';

interface RoomChooserProps {
  /** The name in the address, where there was one that cannot be used. */
  readonly given: string | null;
  /** What is wrong with it. */
  readonly fault: string | null;
}

/** Shown where the address names no room, or none that can be. */
export function RoomChooser({ given, fault }: RoomChooserProps) {
  return (
    <section class="chooser" aria-labelledby="chooser-title">
      <p class="label">Room bridge</p>
      <h1 id="chooser-title">{fault === null ? 'Which room?' : 'This room cannot be opened'}</h1>
      {fault === null ? (
        <p class="soft">
          Whoever opens the same name is in the same room. It comes to be when the first one enters and is gone when the
          last one leaves.
        </p>
      ) : (
        <p class="refusal" role="alert">
          {fault}
        </p>
      )}
      <RoomForm id="room" label="Room name" action="Open room" initial={given ?? SUGGESTED_ROOM} main />
    </section>
  );
}
