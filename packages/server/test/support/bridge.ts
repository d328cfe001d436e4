import type { ClientOptions } from 'ws';
import type { Api } from './api.ts';
import { Socket } from './socket.ts';

/** A raw client of `/bridge`, in its room as soon as it is connected. */
export function joinBridge(server: Api, room: string, options: ClientOptions = {}): Promise<Socket> {
  return Socket.open(server.ws(bridgePath(room)), options);
}

export function bridgePath(room: string): string {
  return `/bridge?room=${encodeURIComponent(room)}`;
}
