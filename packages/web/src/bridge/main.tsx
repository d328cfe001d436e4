import { mount, mountChrome } from '../shared/mount.tsx';
import { bareName, roomNameMessage } from '../shared/room-name.ts';
import { RoomChooser } from './room-chooser.tsx';
import { RoomPage } from './room-page.tsx';
import { RoomSession } from './room-session.ts';

const given = new URLSearchParams(location.search).get('room');
const fault = given === null ? null : roomNameMessage(given);

mountChrome();
if (given === null || fault !== null) {
  mount('bridge', <RoomChooser given={given} fault={fault} />);
} else {
  const session = new RoomSession(bareName(given));
  document.title = `${session.room} · Roomcast`;
  mount('bridge', <RoomPage session={session} origin={location.origin} />);
}
