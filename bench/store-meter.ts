import { performance } from 'node:perf_hooks';
import type { MessageDraft } from '../packages/server/src/store/chat-store.ts';
import type { Store } from '../packages/server/src/store/store.ts';

/** Counts answers, and what they cost. */
export class Meter {
  answered = 0;
  readonly #store: Store;
  readonly #latencies: number[] = [];
  readonly #start = performance.now();
  readonly #cpu = process.cpuUsage();
  readonly #loop = performance.eventLoopUtilization();

  constructor(store: Store) {
    this.#store = store;
  }

  get elapsed(): number {
    return performance.now() - this.#start;
  }

  append(message: MessageDraft, done: () => void): void {
    const begin = performance.now();
    this.#store.messages.append(message, ({ status }) => {
      if (status !== 'stored') throw new Error(`A message is ${status}`);
      this.#latencies.push(performance.now() - begin);
      this.answered++;
      done();
    });
  }

  describe(): string {
    const rate = Math.round((this.answered / this.elapsed) * 1000);
    const { user, system } = process.cpuUsage(this.#cpu);
    const { active } = performance.eventLoopUtilization(this.#loop);
    const each = (microseconds: number) => `${(microseconds / this.answered).toFixed(1)} µs`;
    return `${rate}/s, ack ${spread(this.#latencies)}; per message ${each(active * 1000)} of the main thread, ${each(user + system)} of all`;
  }
}

/** The spread of some durations in milliseconds. They get sorted. */
export function spread(samples: number[]): string {
  samples.sort((a, b) => a - b);
  const at = (part: number) => samples[Math.min(samples.length - 1, Math.floor(samples.length * part))] ?? Number.NaN;
  return `p50 ${ms(at(0.5))}, p99 ${ms(at(0.99))}, most ${ms(at(1))}`;
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}
