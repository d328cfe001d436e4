/**
 * Long searches, one at a time and in order. They wait on this side of the thread: whoever goes while waiting costs
 * nothing, and what else the thread is asked for waits for one of them at most.
 */
export class SearchTurns {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Carries out the work when its turn comes.
   * @param signal says that nobody waits for it any more
   * @throws the signal's reason where it was over before the work began: rejects
   */
  take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const mine = this.#last.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    this.#last = mine.catch(() => {});
    return mine;
  }
}
