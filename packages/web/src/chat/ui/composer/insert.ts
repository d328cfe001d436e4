/**
 * Puts `text` in place of what stands from `start` to `end` of a field, as if it had been typed: undo takes it back, and
 * the field's input event follows.
 */
export function insertText(field: HTMLTextAreaElement, text: string, start: number, end: number): void {
  field.focus();
  field.setSelectionRange(start, end);
  // The one way that the browser's undo knows of.
  if (document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, start, end, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
