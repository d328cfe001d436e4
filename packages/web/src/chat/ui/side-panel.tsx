import { Icon } from '../../shared/icon.tsx';
import { lazy } from '../../shared/lazy.tsx';
import type { ActiveRoom, ChatModel } from '../model/chat-model.ts';
import { MemberList } from './members/member-list.tsx';
import type { Panels } from './panels.ts';
import { restoreFocus } from './parts/focus.ts';
import { isStale } from './room/presence-words.ts';

export const SearchPanel = lazy(async () => (await import('./search/search-panel.tsx')).SearchPanel);

interface SidePanelProps {
  readonly model: ChatModel;
  readonly room: ActiveRoom;
  readonly panels: Panels;
}

/** Beside the room, where there is place: who is in it, or the search. */
export function SidePanel({ model, room, panels }: SidePanelProps) {
  const stale = isStale(model.link.value);
  switch (panels.side.value) {
    case null:
      return null;
    case 'members':
      return (
        <aside class="chat-side" aria-label="Members" data-region="members">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: F6 comes here, and the list may scroll */}
          <div class="members" tabIndex={0} data-entry="">
            <h2 class="label">{stale ? 'Were here' : 'Here now'}</h2>
            <MemberList room={room} stale={stale} />
          </div>
        </aside>
      );
    case 'search':
      return (
        <aside class="chat-side" aria-label="Search" data-region="members">
          <header class="side-head">
            <h2>Search</h2>
            <button
              type="button"
              class="icon-button"
              aria-label="Close the search"
              onClick={() => {
                panels.toggle('search');
                restoreFocus(null);
              }}
            >
              <Icon name="close" />
            </button>
          </header>
          <SearchPanel model={model} onOpened={() => {}} />
        </aside>
      );
  }
}
