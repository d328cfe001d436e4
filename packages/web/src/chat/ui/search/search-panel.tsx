import type { TargetedEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useElementId } from '../../../shared/use-id.ts';
import type { ChatModel, SearchFields, SearchResult } from '../../model/chat-model.ts';
import { SearchResults } from './search-results.tsx';

export interface SearchPanelProps {
  readonly model: ChatModel;
  /** Called when the reader is led to a result. */
  readonly onOpened: () => void;
}

/** Finds messages by words, room, sender and days. */
export function SearchPanel({ model, onOpened }: SearchPanelProps) {
  const { search } = model;
  const id = useElementId();
  const words = useRef<HTMLInputElement>(null);
  const fields = search.query.value;
  const activeId = model.active.value?.id ?? null;

  useEffect(() => words.current?.focus({ preventScroll: true }), []);

  useEffect(() => {
    // "This room" is the one that is open.
    if (search.query.peek().roomId !== null) set({ roomId: activeId });
  }, [activeId]);

  function set(change: Partial<SearchFields>): void {
    search.query.value = { ...search.query.peek(), ...change };
  }

  function submit(event: TargetedEvent<HTMLFormElement, Event>): void {
    event.preventDefault();
    // It says itself whether it failed.
    search.run().catch(() => {});
  }

  function show({ roomId, offset }: SearchResult): void {
    onOpened();
    if (roomId !== activeId) model.rooms.openAt(roomId, offset);
    else model.active.value?.jumpTo(offset).catch(() => {});
  }

  return (
    <search class="finder" data-testid="search-panel">
      <form class="finder-form" onSubmit={submit}>
        <div class="finder-words">
          <label for={id} class="unseen">
            Words
          </label>
          <input
            ref={words}
            class="input"
            id={id}
            type="search"
            placeholder="Words"
            value={fields.text}
            onInput={(event) => set({ text: event.currentTarget.value })}
            autocomplete="off"
          />
          <button type="submit" class="button main">
            Search
          </button>
        </div>
        <div class="finder-fields">
          <label>
            <span>Where</span>
            <select
              class="input"
              value={fields.roomId === null ? 'all' : 'here'}
              onChange={(event) => set({ roomId: event.currentTarget.value === 'here' ? activeId : null })}
            >
              <option value="all">All rooms</option>
              {activeId !== null && <option value="here">This room</option>}
            </select>
          </label>
          <label>
            <span>From whom</span>
            <input
              class="input"
              value={fields.sender}
              placeholder="Anybody"
              onInput={(event) => set({ sender: event.currentTarget.value })}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
            />
          </label>
          <label>
            <span>From day</span>
            <input
              class="input"
              type="date"
              value={fields.from}
              max={fields.to || undefined}
              onInput={(event) => set({ from: event.currentTarget.value })}
            />
          </label>
          <label>
            <span>To day</span>
            <input
              class="input"
              type="date"
              value={fields.to}
              min={fields.from || undefined}
              onInput={(event) => set({ to: event.currentTarget.value })}
            />
          </label>
        </div>
      </form>
      <SearchResults search={search} onShow={show} />
    </search>
  );
}
