import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useElementId } from '../../../shared/use-id.ts';
import type { RequestFeed } from '../../model/feed.ts';
import { type FilterFields, NO_FILTER, usedFields } from '../../model/request-query.ts';
import { Glyph } from '../parts/glyph.tsx';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
/** Milliseconds without a key until what has been written is looked for. */
const PAUSE = 300;

/** Narrows the list: words at first, and more exact questions behind a button. */
export function FilterBar({ feed }: { readonly feed: RequestFeed }) {
  const fields = useSignal<FilterFields>(feed.fields.peek());
  const isOpen = useSignal(false);
  const panelId = useElementId();
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const used = usedFields(fields.value);
  const isUsed = used > 0 || fields.value.text !== '';

  useEffect(() => stop, []);

  function stop(): void {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
  }

  function set(change: Partial<FilterFields>): void {
    fields.value = { ...fields.value, ...change };
    stop();
    timer.current = setTimeout(apply, PAUSE);
  }

  function apply(): void {
    stop();
    if (fields.value !== feed.fields.peek()) void feed.filter(fields.value);
  }

  function clear(): void {
    fields.value = NO_FILTER;
    apply();
  }

  return (
    <search class="filter">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <div class="filter-words">
          <input
            class="input"
            type="search"
            aria-label="Search requests"
            placeholder="Search URL, headers, body"
            value={fields.value.text}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            data-search
            onInput={(event) => set({ text: event.currentTarget.value })}
          />
          <button
            type="button"
            class="icon-button lined"
            aria-expanded={isOpen.value}
            aria-controls={panelId}
            aria-label={used > 0 ? `More filters, ${used} in use` : 'More filters'}
            onClick={() => {
              isOpen.value = !isOpen.value;
            }}
          >
            <Glyph name="filter" size={18} />
            {used > 0 && (
              <span class="filter-count" aria-hidden="true">
                {used}
              </span>
            )}
          </button>
        </div>
        <div class="filter-fields" id={panelId} hidden={!isOpen.value}>
          <label>
            <span>Method</span>
            <select
              class="input"
              value={METHODS.includes(fields.value.method) ? fields.value.method : ''}
              onChange={(event) => set({ method: event.currentTarget.value })}
            >
              <option value="">Any</option>
              {METHODS.map((method) => (
                <option key={method} value={method}>
                  {method}
                </option>
              ))}
            </select>
          </label>
          <FilterText label="Path" name="path" placeholder="/orders" fields={fields.value} onChange={set} />
          <FilterText label="Header" name="header" placeholder="x-event: paid" fields={fields.value} onChange={set} />
          <FilterText label="JSON" name="json" placeholder="$.order.id=1042" fields={fields.value} onChange={set} />
        </div>
      </form>
      <FilterResult feed={feed} onClear={isUsed ? clear : null} />
    </search>
  );
}

interface FilterTextProps {
  readonly label: string;
  readonly name: 'path' | 'header' | 'json';
  readonly placeholder: string;
  readonly fields: FilterFields;
  readonly onChange: (change: Partial<FilterFields>) => void;
}

function FilterText({ label, name, placeholder, fields, onChange }: FilterTextProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        class="input mono"
        value={fields[name]}
        placeholder={placeholder}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={(event) => onChange({ [name]: event.currentTarget.value })}
      />
    </label>
  );
}

interface FilterResultProps {
  readonly feed: RequestFeed;
  /** Null where nothing is narrowed. */
  readonly onClear: (() => void) | null;
}

/** What has been found, and the way back. */
function FilterResult({ feed, onClear }: FilterResultProps) {
  if (!onClear) return null;
  return (
    <div class="filter-result">
      <p role="status">{resultWords(feed)}</p>
      <button type="button" class="link-button" onClick={onClear}>
        Clear<span class="unseen"> the search</span>
      </button>
    </div>
  );
}

function resultWords({ state, rows }: RequestFeed): string {
  const found = rows.value.length;
  switch (state.value.kind) {
    case 'loading':
      return 'Searching …';
    case 'failed':
      return state.value.message;
    case 'ready':
      if (found === 0) return state.value.more ? 'Nothing found so far' : 'Nothing found';
      return `${found.toLocaleString('en')}${state.value.more ? ' or more' : ''} found`;
  }
}
