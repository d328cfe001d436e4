import type { ReadonlySignal } from '@preact/signals';
import type { Clock, OutboxStore } from '@roomcast/client/chat';
import type { Memory } from '../../shared/memory.ts';

/** What the model needs of the browser, so that tests can stand in for it. */
export interface Platform {
  /** The server; undefined = the page's own. */
  readonly url: string | undefined;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly memory: Memory;
  /** Of this tab alone; survives a reload too. Where there are no tabs, `memory` does. */
  readonly tabMemory?: Memory;
  readonly address: Address;
  readonly outbox: OutboxStore;
  /** Whether somebody can see the page. */
  readonly visible: ReadonlySignal<boolean>;
  /** For programs: proves who one is where there are no cookies. */
  readonly token?: string;
}

/** The room in the page's address, as people share it. */
export interface Address {
  /** The name behind `?room=`, or null. */
  read(): string | null;
  /** `push`: so that the browser's back leads to the room before. */
  write(room: string | null, how: 'push' | 'replace'): void;
  /** The address was changed by the browser's back and forward. */
  onChange(listener: () => void): void;
}
