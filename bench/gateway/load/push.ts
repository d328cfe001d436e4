import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { readNumber, startsWith } from '../../clients/bytes.ts';
import { inParts, pace } from '../../clients/crowd.ts';
import { SocketIoClient } from '../../clients/socketio-client.ts';
import { spreadOf } from '../../suite/spread.ts';
import type { LoadPlan, PushPlan, PushResult } from './plan.ts';

/** The user's number and the push's are the first that data say. */
const PUSHED = '42["pushed",{"to":';
const DRAIN_LIMIT_MS = 5000;
/** Longer than a stray would take. */
const STRAY_WAIT_MS = 500;

/** What is known of one push. */
interface Push {
  readonly to: number;
  readonly at: number;
  readonly counts: boolean;
  receivedAt: number | null;
}

/** Carries the plan out. @param counting called when all are there */
export async function push(plan: LoadPlan & PushPlan, counting: () => void): Promise<PushResult> {
  const { port, users, rate, warm, duration } = plan;
  const run = new PushRun(port);
  await inParts(
    Array.from({ length: users }, (_, i) => i),
    (user) => run.connect(user),
  );
  const isOver = new AbortController();
  const pushing = pace(
    rate,
    isOver.signal,
    () => run.push(Math.floor(Math.random() * users)),
    (time) => run.wasLate(time),
  );
  await delay(warm * 1000);
  counting();
  run.isCounting = true;
  const cpu = process.cpuUsage();
  await delay(duration * 1000);
  const { user, system } = process.cpuUsage(cpu);
  run.isCounting = false;
  isOver.abort();
  await pushing;
  await run.drained();
  return { ...run.result(), seconds: duration, generatorLoad: (user + system) / 1e6 / duration };
}

class PushRun {
  isCounting = false;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  readonly #pushes: Push[] = [];
  readonly #receipts: number[] = [];
  readonly #answers: number[] = [];
  readonly #late: number[] = [];
  #delivered = 0;
  #doubled = 0;
  #strays = 0;
  #answered = 0;
  #wrongAnswers = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async connect(user: number): Promise<void> {
    const client = new SocketIoClient(this.#port);
    client.onEvent = (bytes, begin) => this.#take(user, bytes, begin);
    await client.connect();
    const answer = await client.ask('register', { userId: `user${user}` });
    if (!answer.includes('"ok":true')) throw new Error(answer);
  }

  push(to: number): void {
    const at = performance.now();
    const n = this.#pushes.push({ to, at, counts: this.isCounting, receivedAt: null }) - 1;
    const body = JSON.stringify({ userId: `user${to}`, event: 'pushed', data: { to, n, p: 'x'.repeat(90) } });
    const sending = request(
      {
        ...{ port: this.#port, host: '127.0.0.1', method: 'POST', path: '/api/push', agent: this.#agent },
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => this.#answer(at, response.statusCode === 200 && text.includes('"delivered":1,')));
      },
    );
    sending.on('error', () => this.#answer(at, false));
    sending.end(body);
  }

  wasLate(time: number): void {
    if (this.isCounting) this.#late.push(time);
  }

  async drained(): Promise<void> {
    const deadline = performance.now() + DRAIN_LIMIT_MS;
    const isOpen = () => this.#delivered < this.#pushes.length || this.#answered < this.#pushes.length;
    while (isOpen() && performance.now() < deadline) await delay(10);
    await delay(STRAY_WAIT_MS);
  }

  result(): Omit<PushResult, 'seconds' | 'generatorLoad'> {
    return {
      pushed: this.#pushes.length,
      delivered: this.#delivered,
      doubled: this.#doubled,
      strays: this.#strays,
      wrongAnswers: this.#wrongAnswers + this.#pushes.length - this.#answered,
      receipt: spreadOf(this.#receipts),
      answer: spreadOf(this.#answers),
      late: spreadOf(this.#late),
    };
  }

  #take(user: number, bytes: Buffer, begin: number): void {
    const to = startsWith(bytes, begin, PUSHED) ? readNumber(bytes, begin + PUSHED.length) : Number.NaN;
    const push = this.#pushes[readNumber(bytes, begin + PUSHED.length + `${to},"n":`.length)];
    if (!push || to !== user || push.to !== user) {
      this.#strays++;
      return;
    }
    if (push.receivedAt !== null) {
      this.#doubled++;
      return;
    }
    push.receivedAt = performance.now();
    this.#delivered++;
    if (push.counts) this.#receipts.push(push.receivedAt - push.at);
  }

  #answer(at: number, isRight: boolean): void {
    this.#answered++;
    if (!isRight) this.#wrongAnswers++;
    if (this.isCounting) this.#answers.push(performance.now() - at);
  }
}
