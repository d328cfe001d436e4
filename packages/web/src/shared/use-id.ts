import { useRef } from 'preact/hooks';

let count = 0;

/** An element id, one per component and page. Preact's own begin anew with each root, and this page has several. */
export function useElementId(): string {
  const id = useRef('');
  if (id.current === '') {
    count += 1;
    id.current = `e${count}`;
  }
  return id.current;
}
