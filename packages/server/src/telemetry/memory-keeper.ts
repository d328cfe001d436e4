import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So many connections must have come or left before it is worth asking. */
const CROWD = 1000;
const INTERVAL = 2000;
/** Share of its time that the process may have been busy to count as calm. */
const CALM = 0.05;

/** What the keeper looks at and what it can do. */
interface Surroundings {
  connections(): number;
  /** Share of the time since it was last asked for that the event loop was busy, 0 to 1. */
  load(): number;
  collect(): void;
}

/**
 * Gives memory back behind a crowd. V8 collects when something is allocated; a process whose thousands of connections are
 * idle, or gone, allocates next to nothing, and would keep for hours what their handshakes have left behind. So one full
 * collection is asked for when a thousand have come and all is calm, and when nine in ten of at least a thousand are
 * gone. Nobody is there then to notice its pause (tens of ms), or nobody is doing anything.
 */
export class MemoryKeeper {
  readonly #around: Surroundings;
  #peak = 0;
  /** Fewest connections since the last collection. */
  #low = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(connections: () => number, around: Partial<Surroundings> = {}) {
    this.#around = { connections, load: loadMeter(), collect: collector(), ...around };
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
    const { connections, load, collect } = this.#around;
    const now = connections();
    const isCalm = load() < CALM;
    this.#peak = Math.max(this.#peak, now);
    this.#low = Math.min(this.#low, now);
    const haveLeft = this.#peak >= CROWD && now <= this.#peak / 10;
    const haveCome = now >= this.#low + CROWD && isCalm;
    if (!haveLeft && !haveCome) return;
    this.#peak = now;
    this.#low = now;
    collect();
  }
}

function loadMeter(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const { utilization } = performance.eventLoopUtilization(last);
    last = performance.eventLoopUtilization();
    return utilization;
  };
}

/** V8's own `gc`, which is there on request only. "Last resort" also gives pages back to the system. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort'; execution: 'sync' }) => void;
  return () => gc({ type: 'major', flavor: 'last-resort', execution: 'sync' });
}
