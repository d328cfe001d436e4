import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import type { TargetedInputEvent } from 'preact';
import { useElementId } from '../../../shared/use-id.ts';

interface TextFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: Signal<string>;
  readonly autocomplete: 'username' | 'current-password' | 'new-password' | 'off';
  /** A password: hidden, with a switch that shows it. */
  readonly secret?: boolean;
  readonly hint?: string;
  /** What is wrong with it, said beside it. */
  readonly fault: string | null;
}

/** A field with its label, a hint, and what is wrong with it. */
export function TextField({ name, label, value, autocomplete, secret = false, hint, fault }: TextFieldProps) {
  const id = useElementId();
  const shown = useSignal(false);
  // The fault says what the hint said.
  const note = fault ?? hint;

  function change(event: TargetedInputEvent<HTMLInputElement>): void {
    value.value = event.currentTarget.value;
  }

  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box">
        <input
          class="input"
          id={id}
          name={name}
          {...(secret && !shown.value ? { type: 'password' as const } : { type: 'text' as const })}
          value={value.value}
          onInput={change}
          autocomplete={autocomplete}
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          required
          aria-invalid={fault !== null}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
        />
        {secret && (
          <button
            type="button"
            class="field-switch"
            aria-pressed={shown.value}
            onClick={() => {
              shown.value = !shown.value;
            }}
          >
            {shown.value ? 'Hide' : 'Show'}
            <span class="unseen"> password</span>
          </button>
        )}
      </div>
      {note !== undefined && (
        <p class={fault === null ? 'field-hint' : 'fault'} id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  );
}
