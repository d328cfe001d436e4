/** The part of pino-roll (which brings no types) that the log uses. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  export interface RollOptions {
    /** Path without number and extension: `logs/roomcast` gives `logs/roomcast.1.log`. */
    readonly file: string;
    readonly extension: string;
    /** Bytes as `1024b`; a bare number would be mebibytes. */
    readonly size: string;
    readonly limit: { readonly count: number; readonly removeOtherLogFiles: boolean };
    readonly mode: number;
    readonly sync: boolean;
    /** Bytes that may wait for the disk; what comes then is dropped. */
    readonly maxLength: number;
  }

  export interface RollStream extends EventEmitter {
    write(line: string): boolean;
    end(): void;
  }

  export default function roll(options: RollOptions): Promise<RollStream>;
}
