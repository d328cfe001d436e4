// The plain peer: `ws` and a loop over the room, as most people write it. Prints its URL once it listens.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** @type {Map<string, Set<import('ws').WebSocket>>} */
const rooms = new Map();
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });

server.on('connection', (socket, request) => {
  const name = new URL(request.url ?? '/', 'http://localhost').searchParams.get('room') ?? '';
  const room = rooms.get(name) ?? new Set();
  rooms.set(name, room.add(socket));
  socket.on('message', (data, isBinary) => {
    for (const member of room) {
      if (member !== socket) member.send(data, { binary: isBinary });
    }
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    room.delete(socket);
    if (room.size === 0) rooms.delete(name);
  });
});

http.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () => {
  const address = http.address();
  if (typeof address === 'object') console.log(`http://127.0.0.1:${address?.port}`);
});
