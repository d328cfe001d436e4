import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

const query = matchMedia('(min-width: 60rem)');
const wide = signal(query.matches);
query.addEventListener('change', () => {
  wide.value = query.matches;
});

/** Beside the room where there is place for it, folded below it on phones. */
export function ToolsPanel({ children }: { readonly children: ComponentChildren }) {
  if (wide.value) {
    return (
      <aside class="tools" aria-label="Room tools">
        {children}
      </aside>
    );
  }
  return (
    <aside aria-label="Room tools">
      <details class="tools-fold">
        <summary>Emit, invite, change room</summary>
        <div class="tools">{children}</div>
      </details>
    </aside>
  );
}
