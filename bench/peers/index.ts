import { socketio, wsLoop } from './others.ts';
import type { Peer } from './peer.ts';
import { roomcast, roomcastNative } from './roomcast.ts';

/** Every server, in the order of the tables. */
export const PEERS: readonly Peer[] = [roomcast, roomcastNative, wsLoop, socketio];
