import { browserMemory } from '../../shared/memory.ts';
import type { WebhookModel } from '../model/webhook-model.ts';
import { stepSelection } from './list/step.ts';
import { focusNextRegion } from './parts/focus.ts';

const KEY = 'roomcast.inspect-letters';

/** Letters as shortcuts are off until somebody asks for them: speech input and slips of the hand press them, too. */
export function lettersAreOn(): boolean {
  return browserMemory.get(KEY) === 'on';
}

export function switchLetters(on: boolean): void {
  browserMemory.set(KEY, on ? 'on' : null);
}

/**
 * The page's own keys: F6 and Shift+F6, `?`, and, where letters are on, `j`, `k` and `/`.
 * @returns ends them
 */
export function listenForShortcuts(model: WebhookModel, help: () => void): () => void {
  function press(event: KeyboardEvent): void {
    if (event.isComposing || document.querySelector('dialog:modal') !== null) return;
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (key === 'F6') focusNextRegion(shiftKey ? -1 : 1);
    else if (isWriting(event.target) || !act(key)) return;
    event.preventDefault();
  }

  function act(key: string): boolean {
    if (!lettersAreOn()) return false;
    if (key === '?') help();
    else if (key === 'j') stepSelection(model, 1);
    else if (key === 'k') stepSelection(model, -1);
    else if (key === '/') document.querySelector<HTMLElement>('[data-search]')?.focus();
    else return false;
    return true;
  }
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
