const GROWS_BY_ITSELF = CSS.supports('field-sizing', 'content');

/** Makes a field as high as its text, in browsers that do not do so by themselves. */
export function fitHeight(field: HTMLTextAreaElement): void {
  if (GROWS_BY_ITSELF) return;
  field.style.setProperty('height', 'auto');
  field.style.setProperty('height', `${field.scrollHeight}px`);
}
