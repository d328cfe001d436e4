import { type DialogProps, Dialog as SharedDialog } from '../../../shared/dialog.tsx';
import { restoreFocus } from './focus.ts';

/** A modal dialog, open as long as it is rendered. When it goes, focus returns to where it came from. */
export function Dialog(props: DialogProps) {
  return <SharedDialog {...props} restoreFocus={restoreFocus} />;
}
