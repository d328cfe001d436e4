import { setTimeout as delay } from 'node:timers/promises';
import { pace } from '../../clients/crowd.ts';
import { spreadOf } from '../../suite/spread.ts';
import { Ledger } from './ledger.ts';
import type { LoadPlan } from './plan.ts';
import { Sender } from './sender.ts';

const DRAIN_LIMIT_MS = 15_000;
/** Longer than a double would take. */
const DOUBLE_WAIT_MS = 300;

/** Requests that go out on time, and what became of them. */
export class Sending {
  readonly ledger = new Ledger();
  readonly #sender: Sender;
  readonly #isOver = new AbortController();
  readonly #answers: number[] = [];
  readonly #late: number[] = [];
  #pacing: Promise<void> | null = null;
  #begin = 0;
  #cpu = process.cpuUsage();

  private constructor({ port, webhookId }: LoadPlan) {
    this.#sender = new Sender(port, webhookId, (n, id) => this.#take(n, id));
  }

  static async connect(plan: LoadPlan): Promise<Sending> {
    const sending = new Sending(plan);
    await sending.#sender.open(plan.connections);
    return sending;
  }

  begin(rate: number): void {
    const { ledger } = this;
    const send = (due: number) => this.#sender.send(ledger.send(due));
    this.#pacing = pace(rate, this.#isOver.signal, send, (time) => ledger.isCounting && this.#late.push(time));
  }

  beginCounting(): void {
    this.ledger.isCounting = true;
    this.#begin = performance.now();
    this.#cpu = process.cpuUsage();
  }

  #take(n: number, id: string | null): void {
    this.ledger.answer(n, id);
    if (id !== null) this.ledger.time(n, this.#answers);
  }

  /** Sends nothing more, and waits for what is open. @param isMissing whether somebody still lacks something */
  async end(isMissing: () => boolean): Promise<void> {
    this.#isOver.abort();
    await this.#pacing;
    const deadline = performance.now() + DRAIN_LIMIT_MS;
    const { ledger } = this;
    const isOpen = () => ledger.answered + ledger.refused < ledger.sent || isMissing();
    while (isOpen() && performance.now() < deadline) await delay(5);
    await delay(DOUBLE_WAIT_MS);
  }

  result() {
    const { sent, answered } = this.ledger;
    const seconds = (performance.now() - this.#begin) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      sent,
      refused: sent - answered,
      answer: spreadOf(this.#answers),
      late: spreadOf(this.#late),
      seconds,
      generatorLoad: (user + system) / 1e6 / seconds,
    };
  }
}
