/** The network came or went, or somebody looks at the page again. */
export type WakeSign = 'online' | 'offline' | 'visible';

/**
 * Tells of the browser's signs that a connection may be dead or possible again; where there is no browser, of nothing.
 * Returns the function that ends it.
 */
export function onWake(tell: (sign: WakeSign) => void): () => void {
  const { document } = globalThis;
  if (!document || !globalThis.addEventListener) return () => {};
  const online = () => tell('online');
  const offline = () => tell('offline');
  const visible = () => document.visibilityState === 'visible' && tell('visible');
  addEventListener('online', online);
  addEventListener('offline', offline);
  document.addEventListener('visibilitychange', visible);
  return () => {
    removeEventListener('online', online);
    removeEventListener('offline', offline);
    document.removeEventListener('visibilitychange', visible);
  };
}
