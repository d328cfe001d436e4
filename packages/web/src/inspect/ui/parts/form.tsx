import type { ComponentChildren, TargetedEvent } from 'preact';
import { useRef } from 'preact/hooks';
import type { Action } from './action.ts';

interface FormProps {
  readonly action: Action;
  /** Fields that show their faults themselves; any other fault stands at the end. */
  readonly fields: readonly string[];
  readonly onSubmit: () => Promise<void>;
  readonly submit: string;
  readonly danger?: boolean;
  readonly children?: ComponentChildren;
  /** Buttons beside the main one. */
  readonly beside?: ComponentChildren;
}

/** The body of a dialog that asks for something: fields, what went wrong, and the button that does it. */
export function Form({ action, fields, onSubmit, submit, danger = false, children, beside }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const { busy, fault } = action;

  async function send(event: TargetedEvent<HTMLFormElement, Event>): Promise<void> {
    event.preventDefault();
    if (await action.run(onSubmit)) return;
    // Once it has been drawn as faulty.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  }

  const stray = fault.value && !fields.some((field) => isAbout(fault.value?.field ?? null, field));
  return (
    <form ref={form} class="sheet-body" noValidate onSubmit={send}>
      {children}
      {stray && (
        <p class="fault" role="alert">
          {fault.value?.message}
        </p>
      )}
      <div class="sheet-actions">
        {beside}
        <button type="submit" class={danger ? 'button danger' : 'button main'} aria-disabled={busy.value}>
          {submit}
        </button>
      </div>
    </form>
  );
}

/** What is wrong with a field, or null. */
export function faultOf({ fault }: Action, field: string): string | null {
  return fault.value && isAbout(fault.value.field, field) ? fault.value.message : null;
}

/** `response.headers.3.0` is about `response.headers`. */
function isAbout(fault: string | null, field: string): boolean {
  return fault === field || fault?.startsWith(`${field}.`) === true || fault?.startsWith(`${field}[`) === true;
}
