import { useEffect, useRef } from 'preact/hooks';
import { useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';

interface DeleteRoomDialogProps {
  readonly name: string;
  readonly onDelete: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before a room is deleted, by its name. */
export function DeleteRoomDialog({ name, onDelete, onClose }: DeleteRoomDialogProps) {
  const { busy, fault, run } = useAction();
  const cancel = useRef<HTMLButtonElement>(null);
  // What cannot be undone is not what Enter does.
  useEffect(() => cancel.current?.focus(), []);

  async function confirm(): Promise<void> {
    if (await run(onDelete)) onClose();
  }

  return (
    <Dialog title="Delete this room?" onClose={onClose} testId="delete-room">
      <div class="sheet-body">
        <p>
          The room{' '}
          <strong class="named">
            <bdi>{name}</bdi>
          </strong>{' '}
          disappears for everybody, at once, with all its messages. Those who are in it are told.
        </p>
        {fault.value && (
          <p class="note bad" role="alert">
            {fault.value.message}
          </p>
        )}
        <p class="sheet-actions">
          <button ref={cancel} type="button" class="button" onClick={onClose}>
            Keep it
          </button>
          <button type="button" class="button danger" aria-disabled={busy.value} onClick={confirm}>
            {busy.value ? 'Deleting …' : 'Delete room'}
          </button>
        </p>
      </div>
    </Dialog>
  );
}
