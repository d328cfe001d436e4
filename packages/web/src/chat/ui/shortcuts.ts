import { focusNextRegion } from './parts/focus.ts';

export interface ShortcutActions {
  switchRoom(): void;
  help(): void;
}

/**
 * The page's own keys: Ctrl or Cmd with K, F6 and Shift+F6, and `?` where nothing is being written.
 * @returns ends them
 */
export function listenForShortcuts({ switchRoom, help }: ShortcutActions): () => void {
  function press(event: KeyboardEvent): void {
    if (event.isComposing || document.querySelector('dialog:modal') !== null) return;
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k') switchRoom();
    else if (key === 'F6' && !ctrlKey && !metaKey && !altKey) focusNextRegion(shiftKey ? -1 : 1);
    else if (key === '?' && !ctrlKey && !metaKey && !isWriting(event.target)) help();
    else return;
    event.preventDefault();
  }
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
