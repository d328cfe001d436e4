/** What a promise resolves to, unless it takes too long. Milliseconds. @throws Error when it does */
export async function inTime<T>(promise: Promise<T>, timeout: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms`)), timeout);
  promise.catch(() => {}); // it may fail after its time, when nobody listens any more
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
