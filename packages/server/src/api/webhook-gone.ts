import type { ServerResponse } from 'node:http';

/** Calls back when an answer has been given, or its reader has gone; at once where that is so already. */
export function onceGone(response: ServerResponse, callback: () => void): void {
  if (response.destroyed) callback();
  else response.once('close', callback);
}

/** A signal for what is done for an answer: nobody waits for it any more. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  onceGone(response, () => gone.abort());
  return gone.signal;
}
