import { signal } from '@preact/signals';
import { announce } from '../../shared/announcer.tsx';
import { Icon } from '../../shared/icon.tsx';
import { restoreFocus } from './parts/focus.ts';

interface Notice {
  readonly kind: 'info' | 'error';
  readonly text: string;
}

/** Milliseconds after which news goes by itself; errors stay until they are dismissed. */
const LIFE = 6_000;
const notice = signal<Notice | null>(null);

/** Tells something in passing, to eyes and ears. The last word counts. */
export function tell(text: string, kind: Notice['kind'] = 'info'): void {
  const next: Notice = { kind, text };
  notice.value = next;
  announce(text);
  if (kind === 'error') return;
  setTimeout(() => {
    if (notice.peek() === next) notice.value = null;
  }, LIFE);
}

/** Tells why something did not work. */
export function tellFailure(what: string, error: unknown): void {
  tell(`${what}: ${error instanceof Error ? error.message : error}`, 'error');
}

/** What is told in passing. It takes no focus. */
export function Notices() {
  const shown = notice.value;
  if (!shown) return null;
  return (
    <section class="toasts" aria-label="News">
      <div class={`toast ${shown.kind}`} data-testid="toast">
        <p>{shown.text}</p>
        <button
          type="button"
          class="icon-button"
          aria-label="Dismiss"
          onClick={() => {
            notice.value = null;
            restoreFocus(null);
          }}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
    </section>
  );
}
