import { type ChildProcess, spawn } from 'node:child_process';
import { on } from 'node:events';
import { LOAD_CORE, pinned } from '../host/pin.ts';

interface Kind {
  readonly kind: string;
}

/**
 * A process for the load, on a core of its own where there is one, which takes orders and tells news. It is killed when
 * this process ends.
 */
export class LoadProcess<Order extends object, News extends Kind> {
  readonly #child: ChildProcess;
  readonly #news: AsyncIterator<readonly News[], undefined>;
  readonly #killWithUs = () => this.#child.kill('SIGKILL');

  /** @param file the program */
  constructor(file: string) {
    const [command = '', ...args] = pinned(LOAD_CORE, [process.execPath, '--max-semi-space-size=16', file]);
    this.#child = spawn(command, args, { stdio: ['ignore', 2, 2, 'ipc'] });
    this.#news = on(this.#child, 'message', { close: ['exit'] });
    process.once('exit', this.#killWithUs);
  }

  order(order: Order): void {
    this.#child.send(order);
  }

  /** Waits for the next news, which must be of that kind. @throws Error where it is not, or the process ended */
  async hear<Heard extends News['kind']>(kind: Heard): Promise<Extract<News, { readonly kind: Heard }>> {
    const next = await this.#news.next();
    if (next.done) throw new Error('the load ended before its time, see above');
    const [news] = next.value;
    if (!isOf(news, kind)) throw new Error(`the load says ${news?.kind} instead of ${kind}`);
    return news;
  }

  end(): void {
    this.#killWithUs();
    process.off('exit', this.#killWithUs);
  }
}

function isOf<News extends Kind, Heard extends News['kind']>(
  news: News | undefined,
  kind: Heard,
): news is Extract<News, { readonly kind: Heard }> {
  return news?.kind === kind;
}
