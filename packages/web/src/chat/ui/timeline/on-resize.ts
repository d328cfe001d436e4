/**
 * Calls `toEnd` when the box of `element` changes: the field below it grows, phones turn.
 * @returns ends it
 */
export function onResize(element: HTMLElement | null, toEnd: () => void): () => void {
  if (element === null) return () => {};
  const observer = new ResizeObserver(toEnd);
  observer.observe(element);
  return () => observer.disconnect();
}
