export type { BackoffOptions } from './backoff.ts';
export type { Bridge } from './bridge.ts';
export { Roomcast } from './client.ts';
export type { Clock } from './clock.ts';
export type { Disconnection } from './connection.ts';
export { RoomcastError, type RoomcastErrorCode } from './errors.ts';
export type { RoomcastOptions } from './options.ts';
export type { WebSocketConstructor, WebSocketLike } from './socket.ts';
export type {
  Ack,
  ClientEvents,
  ClientState,
  ConnectError,
  Joined,
  JoinOptions,
  PublishOptions,
  Room,
  RoomEvents,
  RoomFault,
  StateChange,
} from './types.ts';
export type { FeedJoined, WatchOptions, WebhookFeed, WebhookFeedEvents } from './webhook-types.ts';
