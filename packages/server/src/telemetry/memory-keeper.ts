import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So many connections must have left before it is worth asking. */
const CROWD = 1000;
const INTERVAL = 5000;

/**
 * Gives memory back after a crowd has left. V8 collects when something is allocated; a process that thousands of
 * connections have left allocates next to nothing, and would keep their memory for hours. So when nine in ten of at
 * least a thousand are gone, one full collection is asked for. Few are left then to notice its pause (tens of ms).
 */
export class MemoryKeeper {
  readonly #connections: () => number;
  readonly #collect: () => void;
  #peak = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(connections: () => number, collect: () => void = collector()) {
    this.#connections = connections;
    this.#collect = collect;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), INTERVAL).unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** The interval calls it. */
  look(): void {
    const now = this.#connections();
    this.#peak = Math.max(this.#peak, now);
    if (this.#peak < CROWD || now > this.#peak / 10) return;
    this.#peak = now;
    this.#collect();
  }
}

/** V8's own `gc`, which is there on request only. "Last resort" also gives pages back to the system. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort'; execution: 'sync' }) => void;
  return () => gc({ type: 'major', flavor: 'last-resort', execution: 'sync' });
}
