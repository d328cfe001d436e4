import { fileAt, type Peer } from './peer.ts';

/** `ws` and a loop over the members of a room. */
export const wsLoop: Peer = {
  name: 'ws',
  title: 'ws, plain loop',
  command: () => [fileAt('./ws-loop.mjs')],
  wire: ['--path', '/?room=r%d', '--pub-path', '/?room=r%d'],
};

const socketPath = '/socket.io/?EIO=4&transport=websocket';
const member = `${socketPath}&room=r%d`;

/**
 * Socket.IO over WebSocket. `0{…}` opens Engine.IO and is answered by `40` (connect to the main namespace), which the
 * server confirms by `40{…}`; `2` is a ping and `3` its answer; `42[…]` is an event.
 */
export const socketio: Peer = {
  name: 'socketio',
  title: 'Socket.IO',
  command: () => [fileAt('./socketio.mjs')],
  wire: [
    ...['--path', member, '--rule', '0{=>40', '--rule', '2=>3', '--ready', '40{'],
    ...['--pub-path', member, '--pub-rule', '0{=>40', '--pub-rule', '2=>3', '--pub-ready', '40{'],
    ...['--wrap-before', '42["m",', '--wrap-after', ']'],
  ],
};

/** The same with a publisher that is not in the room: `io.to(room).emit`. */
export const socketioEmit: Peer = {
  ...socketio,
  name: 'socketio-emit',
  wire: [...socketio.wire, '--pub-path', `${socketPath}&to=r%d`],
};
