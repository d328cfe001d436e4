import type { PlacedRequest, Position, ServerEvents, Watcher } from '@roomcast/protocol';
import type { RoomFault } from './types.ts';

/** Everything is optional. */
export interface WatchOptions {
  /** Of a webhook that is locked, one of the two. */
  readonly secret?: string;
  readonly password?: string;
  /** Where a former watch stood (`position`): what came since is given first. */
  readonly since?: Position;
  /** As `since`: the id of the last request that was got, or the last event's id over SSE. */
  readonly lastEventId?: string;
  /** What to call oneself among those who watch, at most 40 characters. */
  readonly name?: string;
}

/** What `joined` says. */
export interface FeedJoined {
  /**
   * Whether nothing that came since the last position is missing. Requests that were missed follow as `request`, up to
   * `position`. False at a first join, too; then, and where something is missing, a list has to be fetched anew.
   */
  readonly recovered: boolean;
  /** The end of the webhook's log at that moment. */
  readonly position: Position;
}

export interface WebhookFeedEvents {
  /** A captured request: each once, in order, those missed while the connection was lost included. */
  request: [request: PlacedRequest];
  /** Somebody has deleted a request. To who comes back it may be told twice, and of one that was never given. */
  deleted: [request: ServerEvents['request-deleted']];
  /** Somebody has deleted all requests up to there. */
  cleared: [position: Position];
  /** Who watches, oneself included: at most 100 of them, and how many there are. After each change and each join. */
  watchers: [watchers: readonly Watcher[], count: number];
  /** After the first join and after each further one. */
  joined: [joined: FeedJoined];
  /** The server cannot let the client in just now; it is asked again in `retryAfter` milliseconds. */
  delayed: [fault: RoomFault & { readonly retryAfter: number }];
  /** The webhook has been deleted. Nothing comes any more. */
  gone: [];
  /** It cannot be watched: `NOT_FOUND`, `UNAUTHENTICATED` … Nothing comes any more; `watchWebhook` tries anew. */
  error: [fault: RoomFault];
}

/** A webhook that is kept watched: after every reconnect it is joined again and brings what was missed. */
export interface WebhookFeed {
  /** As the server knows it: a name in lower case. */
  readonly webhookId: string;
  readonly joined: boolean;
  /** How far its log has been read: of use as `since`, also to another client later. Null before the first join. */
  readonly position: Position | null;
  /** Kept current; empty before the first join. */
  readonly watchers: readonly Watcher[];
  readonly watcherCount: number;
  /** Returns the function that removes the listener. */
  on<Name extends keyof WebhookFeedEvents>(
    event: Name,
    listener: (...details: WebhookFeedEvents[Name]) => unknown,
  ): () => void;
  /** Shows the others which request one looks at; null = none. */
  select(requestId: string | null): void;
  /** Shows the others another name, at most 40 characters of it; null = none. */
  rename(name: string | null): void;
  /** Watches no longer. The same webhook can be watched again by `watchWebhook`. */
  leave(): Promise<void>;
}
