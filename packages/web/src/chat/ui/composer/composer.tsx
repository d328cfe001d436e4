import { effect, useComputed, useSignal } from '@preact/signals';
import type { TargetedEvent, TargetedInputEvent, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../../shared/icon.tsx';
import { useElementId } from '../../../shared/use-id.ts';
import type { ActiveRoom, ChatModel } from '../../model/chat-model.ts';
import { hasMouse } from '../parts/screen-size.ts';
import { shortcodeAt } from './emoji.ts';
import { EmojiButton } from './emoji-button.tsx';
import { fitHeight } from './fit-height.ts';
import { insertText } from './insert.ts';
import { lengthLeft } from './length.ts';
import { MentionBox, useMentions } from './mention-box.tsx';

interface ComposerProps {
  readonly model: ChatModel;
  readonly room: ActiveRoom;
}

const SAFARI_COMPOSING = 229;

/** The field to write in: Enter sends, Shift+Enter begins a line. What is in it is kept with the room. */
export function Composer({ model, room }: ComposerProps) {
  const id = useElementId();
  const field = useRef<HTMLTextAreaElement>(null);
  const mentions = useMentions(room, field);
  const left = useComputed(() => lengthLeft(room.draft.value, model.maxMessageLength.value));
  /** Set when sending was tried with too much. */
  const refused = useSignal(false);
  const isOver = left.value.left < 0;

  // The field is the truth while somebody writes; the draft changes it only when it is another (edit, another tab).
  // At once, and not with the next frame: what is typed right behind Enter must find the field empty.
  useLayoutEffect(
    () =>
      effect(() => {
        const draft = room.draft.value;
        if (!field.current) return;
        if (field.current.value !== draft) field.current.value = draft;
        fitHeight(field.current);
      }),
    [room],
  );
  useEffect(() => {
    if (hasMouse.peek()) field.current?.focus({ preventScroll: true });
  }, []);

  function change(event: TargetedInputEvent<HTMLTextAreaElement>): void {
    const { currentTarget } = event;
    room.draft.value = currentTarget.value;
    refused.value = false;
    room.typed();
    mentions.update();
    if (!event.isComposing) replaceShortcode(currentTarget);
  }

  function press(event: TargetedKeyboardEvent<HTMLTextAreaElement>): void {
    // While an input method is composing, Enter takes its suggestion.
    // (Safari ends the composition first, and then sends this code.)
    if (event.isComposing || event.keyCode === SAFARI_COMPOSING || mentions.press(event)) return;
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  }

  function submit(event: TargetedEvent<HTMLFormElement, Event>): void {
    event.preventDefault();
    send();
  }

  function send(): void {
    field.current?.focus();
    refused.value = isOver;
    if (isOver || !room.send(room.draft.value)) return;
    room.draft.value = '';
    mentions.close();
    if (room.timeline.peek().hasNewer) room.jumpToLatest().catch(() => {});
    else room.atEnd.value = true;
  }

  return (
    <form class="writer" data-region="composer" onSubmit={submit} aria-label="Write a message">
      <MentionBox mentions={mentions} />
      <div class="writer-box">
        <EmojiButton onEmoji={(emoji) => insertAtCaret(field.current, emoji)} />
        <label for={id} class="unseen">
          Message to {room.name}
        </label>
        <textarea
          ref={field}
          id={id}
          data-testid="composer"
          data-entry=""
          rows={1}
          placeholder={`Message to ${room.name.value}`}
          onInput={change}
          onKeyDown={press}
          onSelect={mentions.update}
          onBlur={mentions.close}
          aria-autocomplete="list"
          aria-controls={mentions.id}
          aria-activedescendant={mentions.activeId.value ?? undefined}
          aria-invalid={refused.value}
          aria-describedby={left.value.isNear ? `${id}-left` : undefined}
          enterkeyhint="send"
          autocomplete="off"
        />
        <button type="submit" class="icon-button send" data-testid="send" aria-label="Send">
          <Icon name="send" size={20} />
        </button>
      </div>
      {left.value.isNear && (
        <p
          class={isOver ? 'writer-left fault' : 'writer-left'}
          id={`${id}-left`}
          role={refused.value ? 'alert' : undefined}
        >
          {isOver ? `${-left.value.left} characters too many` : `${left.value.left} characters left`}
        </p>
      )}
    </form>
  );
}

function replaceShortcode(field: HTMLTextAreaElement): void {
  const caret = field.selectionStart;
  const found = shortcodeAt(field.value, caret);
  if (found) insertText(field, found.emoji, found.start, caret);
}

function insertAtCaret(field: HTMLTextAreaElement | null, text: string): void {
  if (field) insertText(field, text, field.selectionStart, field.selectionEnd);
}
