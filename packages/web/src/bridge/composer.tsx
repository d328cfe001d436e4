import { useSignal } from '@preact/signals';
import type { TargetedEvent, TargetedInputEvent, TargetedKeyboardEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { type Draft, readDraft, textDraft } from './draft.ts';
import { DraftHint } from './draft-hint.tsx';

interface ComposerProps {
  readonly room: string;
  readonly connected: boolean;
  readonly onSend: (data: object) => void;
}

/** The field to write in: Enter sends, Shift+Enter begins a line. */
export function Composer({ room, connected, onSend }: ComposerProps) {
  const input = useSignal('');
  /** Set when sending was tried; while somebody types, half a JSON object is no mistake. */
  const refused = useSignal(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = readDraft(input.value);

  function change(event: TargetedInputEvent<HTMLTextAreaElement>): void {
    input.value = event.currentTarget.value;
    refused.value = false;
  }

  function press(event: TargetedKeyboardEvent<HTMLTextAreaElement>): void {
    // While an input method is composing, Enter takes its suggestion.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(draft);
  }

  function submit(event: TargetedEvent<HTMLFormElement, Event>): void {
    event.preventDefault();
    send(draft);
  }

  function send(what: Draft): void {
    field.current?.focus();
    if (what.kind === 'broken') {
      refused.value = true;
      return;
    }
    if (what.kind === 'empty') return;
    onSend(what.data);
    input.value = '';
    refused.value = false;
  }

  return (
    <form class="composer" onSubmit={submit} aria-label="Write a message">
      <label for="message" class="unseen">
        Message to {room}
      </label>
      <div class="composer-row">
        <textarea
          ref={field}
          class="input"
          id="message"
          rows={2}
          placeholder="Text, or a JSON object"
          value={input.value}
          onInput={change}
          onKeyDown={press}
          aria-invalid={refused.value}
          aria-describedby={refused.value ? 'message-fault' : 'message-hint'}
          enterkeyhint="send"
          autocomplete="off"
        />
        <button type="submit" class="button main">
          Send
        </button>
      </div>
      {refused.value && draft.kind === 'broken' ? (
        <div class="composer-fault">
          <p class="fault" id="message-fault" role="alert">
            This begins like a JSON object but is not valid JSON: {draft.why}
          </p>
          <button type="button" class="button small" onClick={() => send(textDraft(input.value))}>
            Send as text
          </button>
        </div>
      ) : (
        <DraftHint draft={draft} connected={connected} />
      )}
    </form>
  );
}
