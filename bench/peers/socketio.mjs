// Socket.IO with its own rooms. Clients use the WebSocket transport only; who names a room is in it, and who names one
// under `to` speaks to it from outside. Prints its URL once it listens.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });

io.on('connection', (socket) => {
  const { room, to } = socket.handshake.query;
  if (to) {
    socket.on('m', (data) => io.to(String(to)).emit('m', data));
    return;
  }
  socket.join(String(room));
  socket.on('m', (data) => socket.to(String(room)).emit('m', data));
});

http.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () => {
  const address = http.address();
  if (typeof address === 'object') console.log(`http://127.0.0.1:${address?.port}`);
});
