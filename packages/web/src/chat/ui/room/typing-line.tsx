import type { ActiveRoom } from '../../model/chat-model.ts';

/** Who is writing. It keeps its place when nobody is: what stands below does not move. */
export function TypingLine({ room }: { readonly room: ActiveRoom }) {
  const words = typingWords(room.typing.value);
  return (
    <p class="typing" data-testid="typing">
      {words !== null && (
        <>
          <span class="typing-dots" aria-hidden="true" />
          <span class="typing-words">{words}</span>
        </>
      )}
    </p>
  );
}

/** `ada is typing …`; past three names, their number. Null where nobody is. */
export function typingWords(names: readonly string[]): string | null {
  const [first, second, third] = names;
  if (first === undefined) return null;
  if (second === undefined) return `${first} is typing …`;
  if (third === undefined) return `${first} and ${second} are typing …`;
  if (names.length === 3) return `${first}, ${second} and ${third} are typing …`;
  return `${names.length} people are typing …`;
}
