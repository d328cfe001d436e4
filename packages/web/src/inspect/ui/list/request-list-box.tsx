import { useSignal, useSignalEffect } from '@preact/signals';
import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useElementId } from '../../../shared/use-id.ts';
import type { RequestRow } from '../../model/request-row.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { tell } from '../notices.tsx';
import { focusRegion } from '../parts/focus.ts';
import { hasTwoColumns } from '../parts/screen-size.ts';
import { ListEnd } from './list-end.tsx';
import { RequestRowItem } from './request-row.tsx';
import { placeOf, rowWindow } from './row-window.ts';

/** Height of a row; the same stands in inspect-list.css. */
const ROW_REM = 3.75;
/** Older ones are loaded so many rows before the end is seen. */
const AHEAD = 20;

/** The list itself: a list box of equal rows, of which only those that can be seen are drawn. */
export function RequestListBox({ model }: { readonly model: WebhookModel }) {
  const { feed, selection, company, comparison } = model;
  const box = useRef<HTMLDivElement>(null);
  const idPrefix = useElementId();
  const view = useSignal({ top: 0, height: 600 });
  const rowHeight = useRef(0);
  if (rowHeight.current === 0) rowHeight.current = ROW_REM * rootSize();
  const height = rowHeight.current;
  /** The row that stood on top when the list was last scrolled or drawn: it stays there when new ones come above. */
  const anchor = useRef<{ readonly offset: number; readonly delta: number } | null>(null);
  const rows = feed.rows.value;
  const shownId = shownIdOf(model);
  const active = useSignal<string | null>(null);
  const activeId = active.value ?? shownId ?? rows[0]?.id ?? null;
  const { from, to } = rowWindow(view.value.top, view.value.height, height, rows.length);
  const state = feed.state.value;
  const now = new Date();

  function look(): void {
    const element = box.current;
    if (!element) return;
    const { scrollTop: top, clientHeight } = element;
    view.value = { top, height: clientHeight };
    const first = feed.rows.peek()[Math.floor(top / height)];
    anchor.current = top < height / 2 || !first ? null : { offset: first.offset, delta: top % height };
    if (anchor.current === null && document.visibilityState === 'visible') feed.seen();
    const end = Math.ceil((top + clientHeight) / height);
    if (end > feed.rows.peek().length - AHEAD) void feed.loadOlder();
  }

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    document.addEventListener('visibilitychange', look);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', look);
    };
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    const kept = anchor.current;
    if (element && kept) element.scrollTop = placeOf(rows, kept.offset) * height + kept.delta;
    look();
  }, [rows]);

  // What others are followed to, and what the back button leads to, comes into view.
  useSignalEffect(() => {
    const shown = selection.shown.value;
    active.value = null;
    if (shown.kind !== 'none') reveal(feed.rows.peek().findIndex(({ id }) => id === shown.id));
  });

  function reveal(index: number): void {
    const element = box.current;
    if (!element || index < 0) return;
    const top = index * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + height - element.clientHeight;
    }
    look();
  }

  async function pick({ id }: RequestRow): Promise<void> {
    active.value = id;
    if (comparison.state.peek().kind === 'off') {
      model.select(id, selection.id === null ? 'push' : 'replace');
      return;
    }
    const problem = await comparison.choose(id);
    if (problem !== null) tell(problem, 'error');
  }

  function press(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const list = feed.rows.peek();
    const at = list.findIndex(({ id }) => id === activeId);
    if (event.key === 'Enter' || event.key === ' ') {
      const row = list[at];
      if (row) void pick(row).then(() => event.key === 'Enter' && requestAnimationFrame(() => focusRegion('view')));
    } else if (event.key === 'Escape' && comparison.state.peek().kind === 'choosing') comparison.end();
    else {
      const next = list[nextPlace(event.key, at, list.length, Math.floor(view.peek().height / height))];
      if (!next) return;
      active.value = next.id;
      reveal(list.indexOf(next));
      // Beside the list the request follows; on a phone it would cover the list.
      if (hasTwoColumns.peek() && comparison.state.peek().kind === 'off') model.select(next.id);
    }
    event.preventDefault();
  }

  const viewers = Map.groupBy(company.others.value, ({ requestId }) => requestId);
  const drawn = rows.slice(from, to);
  const activeDrawn = drawn.some(({ id }) => id === activeId);
  return (
    <div class="list-frame">
      <div
        ref={box}
        class="list-box"
        role="listbox"
        tabIndex={0}
        aria-label="Captured requests, the newest first"
        aria-busy={state.kind === 'loading'}
        aria-activedescendant={activeDrawn && activeId !== null ? `${idPrefix}-${activeId}` : undefined}
        data-entry
        data-empty={rows.length === 0}
        data-testid="request-list"
        onScroll={look}
        onKeyDown={press}
      >
        <div class="list-rows" role="presentation" style={{ height: `${rows.length * height}px` }}>
          {drawn.map((row, index) => (
            <RequestRowItem
              key={row.id}
              row={row}
              index={from + index}
              count={state.kind === 'ready' && !state.more ? rows.length : -1}
              top={(from + index) * height}
              id={`${idPrefix}-${row.id}`}
              selected={row.id === shownId}
              active={row.id === activeId}
              viewers={viewers.get(row.id) ?? []}
              now={now}
              onPick={pick}
            />
          ))}
        </div>
      </div>
      <ListEnd feed={feed} />
      {feed.unseen.value > 0 && anchor.current !== null && (
        <button
          type="button"
          class="button main small list-jump"
          onClick={() => {
            if (box.current) box.current.scrollTop = 0;
            box.current?.focus();
          }}
        >
          {feed.unseen.value.toLocaleString('en')} new ↑
        </button>
      )}
    </div>
  );
}

function shownIdOf({ selection }: WebhookModel): string | null {
  const shown = selection.shown.value;
  return shown.kind === 'none' ? null : shown.id;
}

/** Where a key leads in a list; out of it where it leads nowhere. `page`: rows that are seen. */
function nextPlace(key: string, at: number, count: number, page: number): number {
  const within = (place: number) => Math.max(0, Math.min(count - 1, place));
  switch (key) {
    case 'ArrowDown':
      return within(at + 1);
    case 'ArrowUp':
      return within(at - 1);
    case 'PageDown':
      return within(at + page);
    case 'PageUp':
      return within(at - page);
    case 'Home':
      return within(0);
    case 'End':
      return within(count - 1);
    default:
      return -1;
  }
}

function rootSize(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
