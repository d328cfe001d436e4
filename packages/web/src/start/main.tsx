import { signal } from '@preact/signals';
import { mount, mountChrome } from '../shared/mount.tsx';
import { RoomForm } from '../shared/room-form.tsx';
import { SUGGESTED_ROOM } from '../shared/room-name.ts';
import { Examples } from './examples.tsx';
import { watchHealth } from './health.ts';
import { HealthStrip } from './health-strip.tsx';

const room = signal(SUGGESTED_ROOM);

function LiveExamples() {
  return <Examples origin={location.origin} room={room.value.trim() || SUGGESTED_ROOM} />;
}

mountChrome();
mount(
  'open-room',
  <RoomForm
    id="room"
    label="Room name"
    action="Open room"
    initial={SUGGESTED_ROOM}
    main
    onName={(name) => {
      room.value = name;
    }}
  />,
);
mount('health', <HealthStrip />);
mount('examples', <LiveExamples />);
watchHealth();
