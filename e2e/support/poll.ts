import { expect } from 'vitest';

/** Milliseconds that a busy machine may take. */
const TIMEOUT = 15_000;

/** Expects of what `look` gives that it comes to be so, in a while. */
export function poll<Value>(look: () => Value | Promise<Value>) {
  return expect.poll(look, { timeout: TIMEOUT, interval: 30 });
}
