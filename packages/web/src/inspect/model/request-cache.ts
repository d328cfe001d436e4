import type { PlacedRequest } from '@roomcast/protocol';

/** Whole requests that the page has had, up to so many bytes of bodies, the last used ones. */
export class RequestCache {
  readonly #most: number;
  readonly #requests = new Map<string, PlacedRequest>();
  #weight = 0;

  /** @param most characters of bodies and headers, roughly */
  constructor(most: number) {
    this.#most = most;
  }

  get(id: string): PlacedRequest | null {
    const request = this.#requests.get(id);
    if (!request) return null;
    this.#requests.delete(id);
    this.#requests.set(id, request);
    return request;
  }

  add(request: PlacedRequest): void {
    this.remove(request.id);
    this.#requests.set(request.id, request);
    this.#weight += weigh(request);
    for (const [id] of this.#requests) {
      if (this.#weight <= this.#most || id === request.id) return;
      this.remove(id);
    }
  }

  remove(id: string): void {
    const request = this.#requests.get(id);
    if (!request) return;
    this.#requests.delete(id);
    this.#weight -= weigh(request);
  }

  clear(): void {
    this.#requests.clear();
    this.#weight = 0;
  }
}

/** Headers and the record itself are taken as two thousand characters. */
function weigh({ body }: PlacedRequest): number {
  return 2_000 + (body?.length ?? 0);
}
