import { fileAt, type Peer } from './peer.ts';

// As `npm start` starts it, with every check, limit, metric and log line switched on. The one bound in the way, the
// messages per second of a connection, is lifted as an operator would lift it.
const command = (dataDir: string): readonly string[] => [
  '--min-semi-space-size=16',
  fileAt('../../packages/server/bin/roomcast.cjs'),
  ...['--port', '0', '--data-dir', dataDir],
  ...['--message-rate', '0'],
];

/** The raw bridge: what the other servers offer, too. */
export const roomcast: Peer = {
  name: 'roomcast',
  title: 'Roomcast',
  command,
  wire: ['--path', '/bridge?room=r%d', '--pub-path', '/bridge?room=r%d'],
};

const join = '{"type":"join_room","payload":{"roomId":"bridge:r%d"}}';

/** The native protocol: sessions, and several rooms per connection. */
export const roomcastNative: Peer = {
  name: 'roomcast-native',
  title: 'Roomcast, native protocol',
  command,
  wire: [
    ...['--path', '/ws', '--open', join, '--ready', 'join_room_success'],
    ...['--pub-path', '/ws', '--pub-open', join, '--pub-ready', 'join_room_success'],
    ...['--wrap-before', '{"type":"publish","payload":{"roomId":"bridge:r%d","data":', '--wrap-after', '}}'],
  ],
};

const socketPath = '/socket.io/?EIO=4&transport=websocket';
const event = (name: string, rest: string): string => `42["${name}",{"roomId":"live:r%d"${rest}`;
const handshake = (role: string): readonly string[] => [
  ...[`--${role}rule`, '0{=>40', `--${role}rule`, '2=>3'],
  ...[`--${role}rule`, `40{=>${event('join_room', '}]')}`, `--${role}ready`, 'join_room_success'],
];

/** Socket.IO clients; others.ts says what their packets mean. The publisher is a Socket.IO client, too. */
export const roomcastSocketIo: Peer = {
  name: 'roomcast-socketio',
  title: 'Roomcast',
  command,
  wire: [
    ...['--path', socketPath, ...handshake('')],
    ...['--pub-path', socketPath, ...handshake('pub-')],
    ...['--wrap-before', event('publish', ',"data":'), '--wrap-after', '}]'],
  ],
};
