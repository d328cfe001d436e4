import { useSignal } from '@preact/signals';
import { passwordFault } from '@roomcast/protocol';
import type { TargetedEvent } from 'preact';
import type { ChatModel } from '../../model/chat-model.ts';
import { useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { focusFault } from '../parts/faults.ts';
import { TextField } from '../parts/text-field.tsx';

interface PasswordDialogProps {
  readonly model: ChatModel;
  readonly onClose: () => void;
}

interface Faults {
  readonly current: string | null;
  readonly next: string | null;
}

/** Changes the password. */
export function PasswordDialog({ model, onClose }: PasswordDialogProps) {
  const current = useSignal('');
  const next = useSignal('');
  const faults = useSignal<Faults>({ current: null, next: null });
  const { busy, fault, run } = useAction();
  const failed = fault.value;

  async function submit(event: TargetedEvent<HTMLFormElement, Event>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    fault.value = null;
    faults.value = {
      current: current.value === '' ? 'Please enter your password.' : null,
      next: passwordFault(next.value),
    };
    const isComplete = faults.value.current === null && faults.value.next === null;
    const done = isComplete && (await run(() => model.account.changePassword(current.value, next.value)));
    if (done) onClose();
    else focusFault(form);
  }

  return (
    <Dialog title="Change your password" onClose={onClose} testId="change-password">
      <form class="sheet-body" noValidate onSubmit={submit}>
        {failed !== null && failed.field !== 'password' && failed.field !== 'newPassword' && (
          <p class="note bad" role="alert">
            {failed.message}
          </p>
        )}
        <TextField
          name="current"
          label="Password until now"
          value={current}
          autocomplete="current-password"
          secret
          fault={faults.value.current ?? (failed?.field === 'password' ? failed.message : null)}
        />
        <TextField
          name="next"
          label="New password"
          value={next}
          autocomplete="new-password"
          secret
          hint="At least 8 characters. Your other devices are logged out."
          fault={faults.value.next ?? (failed?.field === 'newPassword' ? failed.message : null)}
        />
        <p class="sheet-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button main" aria-disabled={busy.value}>
            {busy.value ? 'Changing …' : 'Change password'}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
