import { useSignal } from '@preact/signals';
import { chatRoomName } from '@roomcast/protocol';
import type { TargetedEvent } from 'preact';
import type { RoomsModel } from '../../model/chat-model.ts';
import { useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { focusFault } from '../parts/faults.ts';
import { TextField } from '../parts/text-field.tsx';

interface CreateRoomDialogProps {
  readonly rooms: RoomsModel;
  readonly initial: string;
  readonly onClose: (created: boolean) => void;
}

/** Asks for a name and makes the room. */
export function CreateRoomDialog({ rooms, initial, onClose }: CreateRoomDialogProps) {
  const name = useSignal(initial.trim());
  const fault = useSignal<string | null>(null);
  const action = useAction();
  const failed = fault.value ?? action.fault.value?.message ?? null;

  async function submit(event: TargetedEvent<HTMLFormElement, Event>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const given = name.value.trim();
    fault.value = nameMessage(given);
    if (fault.value === null && (await action.run(() => rooms.create(given)))) onClose(true);
    else focusFault(form);
  }

  return (
    <Dialog title="Create a room" onClose={() => onClose(false)} testId="create-room">
      <form class="sheet-body" noValidate onSubmit={submit}>
        <TextField
          name="room"
          label="Name of the room"
          value={name}
          autocomplete="off"
          hint="Everybody on this server can find it and come in."
          fault={failed}
        />
        <p class="sheet-actions">
          <button type="button" class="button" onClick={() => onClose(false)}>
            Cancel
          </button>
          <button type="submit" class="button main" aria-disabled={action.busy.value}>
            {action.busy.value ? 'Creating …' : 'Create room'}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function nameMessage(name: string): string | null {
  if (name === '') return 'Please enter a name for the room.';
  return 'fault' in chatRoomName(name) ? 'A room’s name needs at least one letter or digit.' : null;
}
