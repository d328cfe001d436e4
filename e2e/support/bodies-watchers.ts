import { once } from 'node:events';
import type { PlacedRequest } from '@roomcast/protocol';
import { io } from 'socket.io-client';
import { expect } from 'vitest';
import WebSocket from 'ws';

/** Somebody who watches a webhook, with everything that came. */
export interface Watcher {
  readonly requests: readonly PlacedRequest[];
  close(): void;
}

/** Watches over the native protocol. */
export async function watchNatively(port: number, webhookId: string): Promise<Watcher> {
  const requests: PlacedRequest[] = [];
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'roomcast.v1');
  await once(socket, 'open');
  const { promise: joined, resolve } = Promise.withResolvers<void>();
  socket.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString());
    if (type === 'joined') resolve();
    else if (type === 'new-request') requests.push(payload);
    else expect(type).not.toBe('error');
  });
  socket.send(JSON.stringify({ type: 'join', payload: { webhookId } }));
  await joined;
  return { requests, close: () => socket.close() };
}

/** Watches over Socket.IO, with the official client. */
export async function watchOverSocketIo(port: number, webhookId: string): Promise<Watcher> {
  const requests: PlacedRequest[] = [];
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  const { promise: joined, resolve, reject } = Promise.withResolvers<void>();
  socket.on('joined', () => resolve());
  socket.on('error', ({ message }: Error) => reject(new Error(message)));
  socket.on('new-request', (request: PlacedRequest) => requests.push(request));
  socket.emit('join', webhookId);
  await joined;
  return { requests, close: () => void socket.close() };
}
