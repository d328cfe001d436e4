import { useSignal } from '@preact/signals';
import type { TargetedEvent, TargetedInputEvent } from 'preact';
import { roomNameMessage } from './room-name.ts';

interface RoomFormProps {
  readonly id: string;
  readonly label: string;
  readonly action: string;
  readonly initial: string;
  /** The main action of its page, or one beside others. */
  readonly main?: boolean;
  /** Called with each change of the name. */
  readonly onName?: (name: string) => void;
}

/** A room name and a button that opens it: a plain form, so the browser keeps history and new tabs work. */
export function RoomForm({ id, label, action, initial, main = false, onName }: RoomFormProps) {
  const name = useSignal(initial);
  const fault = useSignal<string | null>(null);

  function change(event: TargetedInputEvent<HTMLInputElement>): void {
    name.value = event.currentTarget.value;
    fault.value = null;
    onName?.(name.value);
  }

  function check(event: TargetedEvent<HTMLFormElement, Event>): void {
    const field = event.currentTarget.elements.namedItem('room');
    if (!(field instanceof HTMLInputElement)) return;
    // Spaces at the ends are a slip of the keyboard, not part of a name.
    field.value = name.value.trim();
    name.value = field.value;
    fault.value = roomNameMessage(field.value);
    if (fault.value === null) return;
    event.preventDefault();
    field.focus();
  }

  return (
    <form class="room-form" action="/bridge" method="get" noValidate onSubmit={check}>
      <div class="field">
        <label for={id}>{label}</label>
        <div class="row">
          <input
            class="input"
            id={id}
            name="room"
            value={name.value}
            onInput={change}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            aria-invalid={fault.value !== null}
            aria-describedby={fault.value === null ? undefined : `${id}-fault`}
          />
          <button type="submit" class={main ? 'button main' : 'button'}>
            {action}
          </button>
        </div>
      </div>
      {fault.value !== null && (
        <p class="fault" id={`${id}-fault`} role="alert">
          {fault.value}
        </p>
      )}
    </form>
  );
}
