import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { webhookIdFrom } from '../../model/webhook-id.ts';

interface OpenFormProps {
  readonly onOpen: (id: string) => void;
}

/** Opens a webhook by its URL or its id. */
export function OpenForm({ onOpen }: OpenFormProps) {
  const text = useSignal('');
  const fault = useSignal<string | null>(null);
  const input = useRef<HTMLInputElement>(null);

  function open(event: Event): void {
    event.preventDefault();
    const id = webhookIdFrom(text.value);
    if (id !== null) {
      onOpen(id);
      return;
    }
    fault.value = text.value.trim() === '' ? 'Please enter a URL or an id.' : 'This is no URL or id of a webhook.';
    input.current?.focus();
  }

  return (
    <form class="room-form" noValidate onSubmit={open}>
      <div class="field">
        <label for="open-webhook">URL or id</label>
        <div class="row">
          <input
            ref={input}
            class="input mono"
            id="open-webhook"
            value={text.value}
            placeholder="/hooks/…"
            onInput={(event) => {
              text.value = event.currentTarget.value;
              fault.value = null;
            }}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            aria-invalid={fault.value !== null}
            aria-describedby={fault.value === null ? undefined : 'open-webhook-fault'}
          />
          <button type="submit" class="button">
            Open
          </button>
        </div>
      </div>
      {fault.value !== null && (
        <p class="fault" id="open-webhook-fault" role="alert">
          {fault.value}
        </p>
      )}
    </form>
  );
}
