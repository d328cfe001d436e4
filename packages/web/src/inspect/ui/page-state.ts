import { type ReadonlySignal, signal } from '@preact/signals';
import type { PlacedRequest } from '@roomcast/protocol';

/** The dialog that is open, and the request that it is about. */
export type OpenDialog =
  | { readonly kind: 'replay' | 'signature'; readonly request: PlacedRequest }
  | { readonly kind: 'remove'; readonly request: PlacedRequest }
  | { readonly kind: 'response' | 'settings' | 'help' | 'clear' | 'delete' };

const dialog = signal<OpenDialog | null>(null);

/** The one dialog of the page. */
export const openDialog: ReadonlySignal<OpenDialog | null> = dialog;

export function showDialog(next: OpenDialog): void {
  dialog.value = next;
}

export function closeDialog(): void {
  dialog.value = null;
}
