// Socket.IO with its own rooms. Clients use the WebSocket transport only. Prints its URL once it listens.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });

io.on('connection', (socket) => {
  const room = String(socket.handshake.query.room);
  socket.join(room);
  socket.on('m', (data) => socket.to(room).emit('m', data));
});

http.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () => {
  const address = http.address();
  if (typeof address === 'object') console.log(`http://127.0.0.1:${address?.port}`);
});
