import { RawSocket } from '../../clients/raw-socket.ts';
import type { Watcher, WatcherOptions } from './watcher.ts';

/** Over the native protocol. */
export function watchNatively({ port, webhookId, account }: WatcherOptions): Watcher {
  let socket: RawSocket | null = null;
  return {
    connect() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let isJoined = false;
      const fault = (message: string) => {
        // One that nobody waits for ends the process.
        if (isJoined) throw new Error(message);
        reject(new Error(message));
      };
      const opened = new RawSocket(port, '/ws', ['Sec-WebSocket-Protocol: roomcast.v1'], {
        frame(bytes, begin, end) {
          const { type, payload } = JSON.parse(bytes.toString('utf8', begin, end));
          if (type === 'new-request') account.take(payload);
          else if (type === 'connected') {
            const since = account.position;
            opened.send(JSON.stringify({ type: 'join', payload: { webhookId, ...(since && { since }) } }));
          } else if (type === 'joined') {
            isJoined = true;
            account.joined(payload.epoch, payload.offset);
            resolve();
          } else if (type === 'error') fault(payload.message);
        },
        fault,
      });
      socket = opened;
      return promise;
    },
    drop: () => socket?.drop(),
  };
}
