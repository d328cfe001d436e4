import { CHAT, type RoomName } from '@roomcast/protocol';
import type { StoredRoom } from '../store/chat-store.ts';

/** Rooms of such a name are gone with their last member (D17a). */
export const TEMPORARY = 'temp-';

/** A chat room as the server knows it, whether somebody is in it or not. */
export class ChatRoom {
  readonly key: number;
  readonly name: RoomName;
  /** As a person wrote it. */
  readonly displayName: string;
  readonly epoch: string;
  /** Offset of the last message that was delivered; kept by the room's log. */
  top: number;
  /** Milliseconds since 1970; kept by the room's log. */
  lastActivity: number;

  constructor({ key, id, name, epoch, top, lastActivity }: StoredRoom) {
    this.key = key;
    this.name = { namespace: CHAT, name: id, full: `${CHAT}:${id}` };
    this.displayName = name;
    this.epoch = epoch;
    this.top = top;
    this.lastActivity = lastActivity;
  }

  get isTemporary(): boolean {
    return this.name.name.startsWith(TEMPORARY);
  }
}
