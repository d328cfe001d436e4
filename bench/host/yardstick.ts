import { spawnSync } from 'node:child_process';
import { compile } from './compile.ts';
import { LOAD_CORE, SERVER_CORE } from './pin.ts';

/**
 * What one small `send()` on loopback costs (yardstick.c): the floor of a server that sends one by one. Read again and
 * again during a run, it tells a fast machine from a slow one, and a quiet hour from a busy one.
 */
export class Yardstick {
  readonly #program = compile(new URL('.', import.meta.url));
  readonly #readings: number[] = [];

  /** Takes a reading; a tenth of a second to a second. */
  read(): void {
    const run = spawnSync(this.#program, [String(SERVER_CORE), String(LOAD_CORE)], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    if (run.status === 0) this.#readings.push(Number(run.stdout));
  }

  /** `one send() on loopback costs 5.1–9.8 µs`. */
  describe(): string {
    if (this.#readings.length === 0) return 'the cost of a send() on loopback could not be measured';
    const [lowest, highest] = [Math.min(...this.#readings), Math.max(...this.#readings)].map((us) => us.toFixed(1));
    return `one send() on loopback costs ${lowest === highest ? lowest : `${lowest}–${highest}`} µs`;
  }
}
