import type { Clock } from '@roomcast/client';
import type { PlacedRequest } from '@roomcast/protocol';

/** Time that passes by hand. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { readonly at: number; readonly task: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delay: number, task: () => void): () => void {
    const timer = { at: this.#now + delay, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (!next) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = next.at;
      next.task();
    }
    this.#now = end;
  }
}

/** A captured request with that place in the log. */
export function requestAt(offset: number, fields: Partial<PlacedRequest> = {}): PlacedRequest {
  return {
    id: `r${offset}`,
    webhookId: 'hook',
    method: 'POST',
    url: `/hooks/hook/${offset}`,
    path: `/${offset}`,
    query: '',
    httpVersion: '1.1',
    headers: {},
    rawHeaders: [],
    queryParams: {},
    body: null,
    bodyEncoding: null,
    bodySize: 0,
    truncated: false,
    timestamp: '2026-01-01T00:00:00.000Z',
    sourceIp: '127.0.0.1',
    userAgent: null,
    secure: false,
    duration: 1,
    offset,
    epoch: 'e',
    ...fields,
  };
}
