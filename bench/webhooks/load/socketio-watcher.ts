import { SocketIoClient } from '../../clients/socketio-client.ts';
import type { Watcher, WatcherOptions } from './watcher.ts';

const EVENT_AT = '42'.length;

/** Over Socket.IO, with its connection state recovery: who comes back is in the room without a word. */
export function watchOverSocketIo({ port, webhookId, account }: WatcherOptions): Watcher {
  const client = new SocketIoClient(port);
  let joined: ((fault: string | null) => void) | null = null;
  client.onEvent = (bytes, begin, end) => {
    const [event, payload] = JSON.parse(bytes.toString('utf8', begin + EVENT_AT, end));
    if (event === 'new-request') account.take(payload);
    else if (event === 'joined') {
      account.joined(payload.epoch, payload.offset);
      joined?.(null);
    } else if (event === 'error') joined?.(payload.message);
  };
  return {
    async connect() {
      const greeting = await client.connect();
      if (account.position !== null) {
        if (!greeting.includes('"recovered":true')) throw new Error(`a return over Socket.IO: ${greeting}`);
        return;
      }
      const { promise, resolve } = Promise.withResolvers<string | null>();
      joined = resolve;
      client.emit('join', { webhookId });
      const fault = await promise;
      if (fault !== null) throw new Error(fault);
    },
    drop: () => client.drop(),
  };
}
