import { spreadOf } from '../../suite/spread.ts';
import type { LoadResult } from './plan.ts';

const MOST_SAMPLES = 2_000_000;

/** The counts of one step. */
export class Tally {
  sent = 0;
  acknowledged = 0;
  delivered = 0;
  outOfOrder = 0;
  notSynced = 0;
  #isCounting = false;
  readonly #ack = new Samples();
  readonly #late = new Samples();
  #begin = 0;
  #end = 0;
  #acknowledgedBefore = 0;
  #deliveredBefore = 0;
  #acknowledgedMeanwhile = 0;
  #deliveredMeanwhile = 0;
  #cpu = process.cpuUsage();

  begin(): void {
    this.#isCounting = true;
    this.#begin = performance.now();
    this.#cpu = process.cpuUsage();
    this.#acknowledgedBefore = this.acknowledged;
    this.#deliveredBefore = this.delivered;
  }

  end(): void {
    this.#isCounting = false;
    this.#end = performance.now();
    this.#cpu = process.cpuUsage(this.#cpu);
    this.#acknowledgedMeanwhile = this.acknowledged - this.#acknowledgedBefore;
    this.#deliveredMeanwhile = this.delivered - this.#deliveredBefore;
  }

  /** @param time milliseconds from sending to the acknowledgement */
  acknowledge(time: number): void {
    this.acknowledged++;
    if (this.#isCounting) this.#ack.add(time);
  }

  /** @param time milliseconds behind the schedule, of `count` messages */
  wasLate(time: number, count: number): void {
    if (this.#isCounting) for (let i = 0; i < count; i++) this.#late.add(time);
  }

  result(): LoadResult {
    const seconds = (this.#end - this.#begin) / 1000;
    return {
      acknowledged: this.#acknowledgedMeanwhile / seconds,
      delivered: this.#deliveredMeanwhile / seconds,
      ack: spreadOf(this.#ack.values()),
      late: spreadOf(this.#late.values()),
      counted: this.#acknowledgedMeanwhile,
      sent: this.sent,
      notAcknowledged: this.sent - this.acknowledged,
      notDelivered: this.sent - this.delivered,
      outOfOrder: this.outOfOrder,
      notSynced: this.notSynced,
      seconds,
      generatorLoad: (this.#cpu.user + this.#cpu.system) / 1e6 / seconds,
    };
  }
}

/** Numbers without garbage. What does not fit is left out. */
class Samples {
  readonly #values = new Float64Array(MOST_SAMPLES);
  #count = 0;

  add(value: number): void {
    if (this.#count < MOST_SAMPLES) this.#values[this.#count++] = value;
  }

  values(): Float64Array {
    return this.#values.subarray(0, this.#count);
  }
}
