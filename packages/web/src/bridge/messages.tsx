import type { ReadonlySignal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { MessageItem } from './message-item.tsx';
import { MAX_ENTRIES, type MessageList, receivedAfter } from './message-list.ts';

interface MessagesProps {
  readonly list: ReadonlySignal<MessageList>;
  readonly onResend: (data: object) => void;
}

/** So near to the end still counts as being there: zoomed pages have fractions of pixels. */
const NEAR = 32;

/** The list. It follows its end only for a reader who is there; others get a button that says how many are new. */
export function Messages({ list, onResend }: MessagesProps) {
  const { entries, dropped } = list.value;
  const region = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  /** Key of the last message that the reader has seen; null while the reader is at the end and sees all. */
  const seen = useSignal<number | null>(null);
  const last = entries.at(-1);
  const lastKey = last?.key ?? 0;
  const fresh = seen.value === null ? 0 : receivedAfter(list.value, seen.value);

  function toEnd(): void {
    const element = region.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    seen.value = null;
  }

  function scrolled(): void {
    const element = region.current;
    if (!element) return;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR;
    if (near === atEnd.current) return;
    atEnd.current = near;
    seen.value = near ? null : lastKey;
  }

  useLayoutEffect(() => {
    if (atEnd.current || last?.kind === 'own') toEnd();
  }, [lastKey]);

  useEffect(() => {
    const element = region.current;
    if (!element) return;
    // The field below grows and shrinks, phones turn: the end stays the end.
    const observer = new ResizeObserver(() => atEnd.current && toEnd());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return (
    <div class="messages-frame">
      <div
        ref={region}
        class="messages"
        data-testid="messages"
        role="log"
        aria-live="off"
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={scrolled}
      >
        {dropped > 0 && (
          <p class="messages-note">
            {dropped.toLocaleString('en')} older {dropped === 1 ? 'message is' : 'messages are'} no longer shown; this
            page keeps the last {MAX_ENTRIES}.
          </p>
        )}
        {entries.length === 0 && <EmptyNote />}
        <ol>
          {entries.map((entry) => (
            <MessageItem key={entry.key} entry={entry} onResend={onResend} />
          ))}
        </ol>
      </div>
      {fresh > 0 && (
        <button type="button" class="button main small jump" onClick={toEnd}>
          {fresh} new ↓
        </button>
      )}
    </div>
  );
}

function EmptyNote() {
  return (
    <div class="messages-empty">
      <p>
        <strong>Nothing has been said here yet.</strong>
      </p>
      <p>
        Write below, open this room in a second tab, or emit into it from a program. Messages are passed on, not kept.
      </p>
    </div>
  );
}
