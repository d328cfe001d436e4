import { fullTime, shortAgo } from '../../../shared/times.ts';
import type { SearchModel, SearchResult } from '../../model/chat-model.ts';
import { useAction } from '../parts/action.ts';
import { excerptOf, piecesOf } from './found-words.ts';

interface SearchResultsProps {
  readonly search: SearchModel;
  readonly onShow: (result: SearchResult) => void;
}

/** What was found, the page that was asked for and those after it. */
export function SearchResults({ search, onShow }: SearchResultsProps) {
  const more = useAction();
  const results = search.results.value;
  return (
    <div class="finder-results">
      <p class="finder-state" role="status">
        {stateWords(search)}
      </p>
      <ol>
        {results.map((result) => (
          <li key={`${result.roomId} ${result.offset}`}>
            <button type="button" class="finder-result" data-testid="search-result" onClick={() => onShow(result)}>
              <span class="finder-result-head">
                <strong>
                  <bdi>{result.sender}</bdi>
                </strong>
                <span class="finder-result-room">
                  in <bdi>{result.roomName}</bdi>
                </span>
                <time dateTime={result.time.toISOString()} title={fullTime(result.time)}>
                  {shortAgo(result.time, new Date())}
                </time>
              </span>
              <span class="finder-result-text" dir="auto">
                <FoundText text={result.content} searched={search.searched.value} />
              </span>
            </button>
          </li>
        ))}
      </ol>
      {search.hasMore.value && (
        <button
          type="button"
          class="button small finder-more"
          aria-disabled={more.busy.value}
          onClick={() => more.run(() => search.more())}
        >
          {more.busy.value ? 'Loading …' : 'More results'}
        </button>
      )}
    </div>
  );
}

/** The words that were searched for stand out. */
function FoundText({ text, searched }: { readonly text: string; readonly searched: string }) {
  const pieces = excerptOf(piecesOf(text, searched));
  // As elements, never as HTML.
  return <>{pieces.map((piece, index) => (piece.found ? <mark key={index}>{piece.text}</mark> : piece.text))}</>;
}

function stateWords({ state, results, hasMore }: SearchModel): string {
  const count = results.value.length;
  switch (state.value) {
    case 'idle':
      return 'All messages that were saved can be found.';
    case 'searching':
      return 'Searching …';
    case 'failed':
      return 'The search did not work. Please try again.';
    case 'done':
      if (count === 0) return 'Nothing was found. Fewer or other words may help.';
      if (hasMore.value) return `The latest ${count} messages found`;
      return count === 1 ? '1 message found' : `${count} messages found`;
  }
}
