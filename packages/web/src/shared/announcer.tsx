import { signal } from '@preact/signals';

interface Line {
  readonly key: number;
  readonly text: string;
}

/** So many lines stay, so that one said right after another does not take it away before it is spoken. */
const KEPT = 5;
const lines = signal<readonly Line[]>([]);
let count = 0;

/** Has screen readers say `text` when they have finished what they are saying. */
export function announce(text: string): void {
  count += 1;
  lines.value = [...lines.value, { key: count, text }].slice(-KEPT);
}

/** The page's one polite live region. Rendered once, empty, before anything is announced. */
export function Announcer() {
  return (
    <div class="unseen" role="log" aria-live="polite" aria-label="Announcements" data-testid="announcer">
      {lines.value.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}
