/** The parts of the page that F6 goes through, in this order; those that are not shown are left out. */
const REGIONS = ['head', 'list', 'view'] as const;
export type Region = (typeof REGIONS)[number];

const FOCUSABLE = 'input:not([disabled]), textarea, select, button:not([disabled]), a[href], [tabindex="0"]';

/** Puts focus back on `element` or, where that is gone, on what the page is about: it is never lost. */
export function restoreFocus(element: Element | null): void {
  if (element instanceof HTMLElement && element !== document.body && isShown(element)) {
    element.focus({ preventScroll: true });
    if (document.activeElement === element) return;
  }
  const regions: readonly Region[] = ['view', 'list', 'head'];
  regions.some((region) => focusRegion(region));
}

/**
 * Focuses a region: what it marks as its entry (`data-entry`), or the first thing in it that takes focus.
 * @returns whether it is there
 */
export function focusRegion(region: Region): boolean {
  const element = document.querySelector<HTMLElement>(`[data-region="${region}"]`);
  if (!element || !isShown(element)) return false;
  const entry = element.querySelector<HTMLElement>('[data-entry]') ?? element.querySelector<HTMLElement>(FOCUSABLE);
  entry?.focus();
  return entry !== null && document.activeElement === entry;
}

/** Focuses the region after (`step` 1) or before (-1) the one that focus is in, round and round. */
export function focusNextRegion(step: 1 | -1): void {
  const here = document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'];
  const at = (REGIONS as readonly (string | undefined)[]).indexOf(here);
  const from = at < 0 && step < 0 ? 0 : at;
  for (let tried = 1; tried <= REGIONS.length; tried += 1) {
    const region = REGIONS[(from + step * tried + 2 * REGIONS.length) % REGIONS.length];
    if (region && focusRegion(region)) return;
  }
}

function isShown(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility();
}
