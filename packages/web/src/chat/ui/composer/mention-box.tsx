import type { ReadonlySignal } from '@preact/signals';
import { useComputed, useSignal } from '@preact/signals';
import type { RefObject, TargetedKeyboardEvent } from 'preact';
import { useElementId } from '../../../shared/use-id.ts';
import type { ActiveRoom } from '../../model/chat-model.ts';
import { insertText } from './insert.ts';
import { type MentionQuery, matchingNames, mentionAt } from './mentions.ts';

/** The names that may complete what is being written after an @. */
export interface Mentions {
  readonly id: string;
  readonly names: ReadonlySignal<readonly string[]>;
  readonly at: ReadonlySignal<number>;
  /** Element id of the chosen name, null where nothing is offered. */
  readonly activeId: ReadonlySignal<string | null>;
  /** Looks anew at what stands at the caret. */
  update(): void;
  close(): void;
  /** True where the key was for the names. */
  press(event: TargetedKeyboardEvent<HTMLTextAreaElement>): boolean;
  take(name: string): void;
}

export function useMentions(room: ActiveRoom, field: RefObject<HTMLTextAreaElement | null>): Mentions {
  const id = useElementId();
  const query = useSignal<MentionQuery | null>(null);
  const chosen = useSignal(0);
  const names = useComputed(() => {
    if (query.value === null) return [];
    const others = room.members.value.filter(({ isMe }) => !isMe).map(({ username }) => username);
    return matchingNames(others, query.value.text);
  });
  const at = useComputed(() => Math.min(chosen.value, names.value.length - 1));
  const activeId = useComputed(() => (names.value.length === 0 ? null : `${id}-${at.value}`));

  function update(): void {
    const element = field.current;
    const next = element ? mentionAt(element.value, element.selectionStart) : null;
    if (next?.start === query.peek()?.start && next?.text === query.peek()?.text) return;
    query.value = next;
    chosen.value = 0;
  }

  function close(): void {
    query.value = null;
  }

  function take(name: string): void {
    const written = query.peek();
    if (!field.current || written === null) return;
    insertText(field.current, `@${name} `, written.start, written.start + 1 + written.text.length);
    close();
  }

  function press(event: TargetedKeyboardEvent<HTMLTextAreaElement>): boolean {
    const { length } = names.value;
    const name = names.value[at.value];
    if (name === undefined) return false;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) chosen.value = (at.value + step + length) % length;
    else if (event.key === 'Enter' || event.key === 'Tab') take(name);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    return true;
  }

  return { id, names, at, activeId, update, close, press, take };
}

/** The list over the field. */
export function MentionBox({ mentions }: { readonly mentions: Mentions }) {
  const { id, names, at } = mentions;
  return (
    <div
      class="options mentions"
      id={id}
      role="listbox"
      aria-label="Mention somebody"
      hidden={names.value.length === 0}
    >
      {names.value.map((name, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
        <div
          key={name}
          id={`${id}-${index}`}
          class="option"
          role="option"
          tabIndex={-1}
          aria-selected={index === at.value}
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => mentions.take(name)}
        >
          @{name}
        </div>
      ))}
    </div>
  );
}
