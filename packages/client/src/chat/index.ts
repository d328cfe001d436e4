export type { Clock } from '../clock.ts';
export { RoomcastError, type RoomcastErrorCode } from '../errors.ts';
export type { ClientState, ConnectError, RoomFault, StateChange } from '../types.ts';
export { ChatApi, type ChatConfig, type Identity, type Login } from './api.ts';
export { Chat } from './chat.ts';
export type { ChatOutbox } from './outbox.ts';
export { MemoryOutboxStore, type OutboxStore } from './outbox-store.ts';
export type { Outgoing, OutgoingState, StoredOutgoing } from './outgoing.ts';
export { type ChatRoom, chatRoomId } from './room.ts';
export type {
  ChatEvents,
  ChatJoined,
  ChatJoinOptions,
  ChatOptions,
  ChatRoomEvents,
  LeaveReason,
} from './types.ts';
