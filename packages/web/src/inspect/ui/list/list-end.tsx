import type { RequestFeed } from '../../model/feed.ts';

/** What there is to say about the end of the list: more is on its way, nothing was found, or it went wrong. */
export function ListEnd({ feed }: { readonly feed: RequestFeed }) {
  const state = feed.state.value;
  const isEmpty = feed.rows.value.length === 0;
  switch (state.kind) {
    case 'loading':
      return isEmpty ? <p class="list-end soft">Loading …</p> : null;
    case 'failed':
      return (
        <div class="list-end">
          <p class="fault" role="alert">
            {state.message}
          </p>
          {state.field === null && (
            <button type="button" class="button small" onClick={() => void feed.load()}>
              Try again
            </button>
          )}
        </div>
      );
    case 'ready':
      if (state.loadingOlder) return <p class="list-end soft">Loading older ones …</p>;
      if (isEmpty && state.more) {
        return (
          <div class="list-end">
            <button type="button" class="button small" onClick={() => void feed.loadOlder()}>
              Search further back
            </button>
          </div>
        );
      }
      if (!isEmpty) return null;
      return (
        <p class="list-end soft">
          No request matches. Bodies are searched where they are UTF-8 text; compressed ones are not unpacked.
        </p>
      );
  }
}
