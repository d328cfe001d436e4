import type { BackendReply } from '../event.ts';

/** An event as it leaves the outbox. */
export interface OutboundEvent {
  readonly id: string;
  readonly userId: string;
  readonly event: string;
  /** JSON of a `ForwardedEvent`. */
  readonly body: string;
}

/** What became of one try. */
export type Outcome =
  /** The backend, or the queue in front of it, has the event and will keep it. */
  | {
      readonly kind: 'delivered';
      readonly reply: BackendReply | null;
      /** What of the answer could not be made use of, and why. */
      readonly fault?: string;
    }
  /** It will never take this event. */
  | { readonly kind: 'refused'; readonly status: number | null; readonly reason: string }
  /** It did not take it this time. The event may have arrived all the same. */
  | {
      readonly kind: 'away';
      readonly status: number | null;
      readonly reason: string;
      /** Milliseconds that the backend wants to be left alone, or null. */
      readonly retryAfter: number | null;
      /** Whether the cause cannot lie in this event: no other would get through either. */
      readonly isGeneral: boolean;
    };

/**
 * Where events go. Guarantees:
 * - `send` never rejects, and ends within the timeout that the sink was made with.
 * - `delivered` means that the other side has confirmed it.
 * - Events that are sent one after another arrive in that order (apart from repetitions of an earlier one).
 * - Nothing that it says or logs holds a password, a signature or the body of an event.
 */
export interface Sink {
  /** Its kind and host, for logs. */
  readonly name: string;
  send(event: OutboundEvent): Promise<Outcome>;
  /** Ends connections, and with them what is under way. */
  close(): Promise<void>;
}

/** A try that failed for reasons that no event is to blame for. */
export function away(reason: string): Outcome {
  return { kind: 'away', status: null, reason, retryAfter: null, isGeneral: true };
}

export const DELIVERED: Outcome = { kind: 'delivered', reply: null };
