import type { Clock, Roomcast } from '@roomcast/client';
import type { Memory } from '../../shared/memory.ts';
import type { Fetch } from './http.ts';

/** What the models need of the browser, so that tests can stand in for it. */
export interface Platform {
  /** Of the server, without a slash at the end. */
  readonly origin: string;
  readonly fetch: Fetch;
  /** A client that is on its way to be connected. */
  readonly connect: () => Client;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly memory: Memory;
  readonly address: Address;
  /** Has screen readers say it. */
  readonly say: (text: string) => void;
}

export type Client = Pick<Roomcast, 'on' | 'watchWebhook' | 'connectionId' | 'reconnectNow' | 'close'>;

/** The request in the page's address, as people share it. */
export interface Address {
  /** The id behind `?request=`, or null. */
  read(): string | null;
  /** `push`: so that the browser's back leads to what was shown before. */
  write(requestId: string | null, how: 'push' | 'replace'): void;
  /** The address was changed by the browser's back and forward. */
  onChange(listener: () => void): void;
}
