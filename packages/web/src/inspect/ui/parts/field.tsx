import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useElementId } from '../../../shared/use-id.ts';

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: Signal<string>;
  readonly type?: 'text' | 'password' | 'number' | 'url';
  /** So many lines of text instead of one. */
  readonly rows?: number;
  readonly hint?: ComponentChildren;
  /** What is wrong with it, said beside it. */
  readonly fault?: string | null;
  readonly placeholder?: string;
  readonly list?: readonly string[];
  /** Code, not words. */
  readonly mono?: boolean;
  /** Where a dialog begins. */
  readonly first?: boolean;
}

/** A field with its label, a hint, and what is wrong with it. */
export function Field({
  label,
  name,
  value,
  type = 'text',
  rows,
  hint,
  fault = null,
  placeholder,
  list,
  mono = false,
  first = false,
}: FieldProps) {
  const id = useElementId();
  const common = {
    class: mono ? 'input mono' : 'input',
    id,
    name,
    value: value.value,
    placeholder,
    autocomplete: 'off' as const,
    autocapitalize: 'none' as const,
    spellcheck: false,
    'aria-invalid': fault !== null,
    'aria-describedby': fault === null && hint === undefined ? undefined : `${id}-note`,
    'data-first': first || undefined,
  };
  const change = (event: { currentTarget: { value: string } }) => {
    value.value = event.currentTarget.value;
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined ? (
        <input {...common} {...{ type: type as 'text' }} onInput={change} list={list && `${id}-list`} />
      ) : (
        <textarea {...common} rows={rows} onInput={change} />
      )}
      {list && (
        <datalist id={`${id}-list`}>
          {list.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {fault !== null ? (
        <p class="fault" id={`${id}-note`}>
          {fault}
        </p>
      ) : (
        hint !== undefined && (
          <p class="field-hint" id={`${id}-note`}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}
