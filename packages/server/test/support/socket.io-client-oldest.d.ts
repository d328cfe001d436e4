/** The first release of version 4, whose types newer compilers do not find. */
declare module 'socket.io-client-oldest' {
  export { io } from 'socket.io-client';
}
