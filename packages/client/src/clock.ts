/** Time, so that tests can turn it by hand. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Runs `task` once after `delay` milliseconds. Returns the function that calls it off. */
  after(delay: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};

/** What stands in for the cancel function of a timer that does not run. */
export const nothing = (): void => {};
