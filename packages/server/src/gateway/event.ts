import type { PushRequest } from './pusher.ts';

/** What the backend gets of an event: the JSON body of HTTP, the message of a queue. The same at each try. */
export interface ForwardedEvent {
  /** Idempotency id. */
  readonly id: string;
  readonly kind: 'event' | 'connected' | 'disconnected' | 'joined' | 'left';
  /** The client's name of it, or the kind. */
  readonly event: string;
  /** The first argument, unchanged; null where there was none. */
  readonly data: unknown;
  /** All arguments (Socket.IO); `[data]` of native clients. */
  readonly args: readonly unknown[];
  /** `{"$base64": "…"}` values in `data` and `args` are binary. */
  readonly binary?: true;
  readonly userId: string;
  readonly connectionId: string;
  /** Increases with each session of a user: a late `disconnected` has a lower one than the `connected` before it. */
  readonly session: number;
  /** Within the session, from 1. */
  readonly sequence: number;
  /** Full name, or null. */
  readonly room: string | null;
  /** ISO 8601. */
  readonly time: string;
  /** Of `disconnected` and `left`. */
  readonly reason?: string;
}

/** What became of an event at the backend. */
export interface BackendReply {
  /** For the client that sent it. */
  readonly ack?: unknown;
  /** To be carried out as if they had come to `POST /api/push`. Not validated. */
  readonly push?: readonly PushRequest[];
  /** The backend refused the event for good. */
  readonly refused?: { readonly status: number | null };
}

/** Told once: the reply, or null where the event is stored or delivered but no reply will come. */
export type ReplyListener = (reply: BackendReply | null) => void;
