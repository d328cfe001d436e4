import { signal } from '@preact/signals';

/** The dialog of the whole page that is open: the switcher of rooms, or the help. */
export const openDialog = signal<'switcher' | 'help' | null>(null);
