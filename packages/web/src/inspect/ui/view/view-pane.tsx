import { lazy } from '../../../shared/lazy.tsx';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { RequestView } from './request-view.tsx';

const DiffView = lazy(async () => (await import('./diff-view.tsx')).DiffView);

/** The request that is looked at, or two of them compared. */
export function ViewPane({ model }: { readonly model: WebhookModel }) {
  const compared = model.comparison.state.value;
  return (
    <section class="hook-view" aria-label="Request" data-region="view">
      {compared.kind === 'shown' ? (
        <DiffView comparison={model.comparison} base={compared.base} other={compared.other} />
      ) : (
        <Shown model={model} />
      )}
    </section>
  );
}

function Shown({ model }: { readonly model: WebhookModel }) {
  const shown = model.selection.shown.value;
  switch (shown.kind) {
    case 'none':
      return (
        <div class="view-none">
          <p tabIndex={-1} data-entry>
            Choose a request to look inside.
          </p>
        </div>
      );
    case 'loading':
      return (
        <div class="view-none">
          <p role="status">Loading …</p>
        </div>
      );
    case 'gone':
      return <Missing model={model} words="This request is not here any more: it has been deleted, or was too old." />;
    case 'failed':
      return <Missing model={model} words={shown.message} />;
    case 'ready':
      return <RequestView key={shown.id} model={model} request={shown.request} />;
  }
}

function Missing({ model, words }: { readonly model: WebhookModel; readonly words: string }) {
  return (
    <div class="view-none">
      <p tabIndex={-1} data-entry role="status">
        {words}
      </p>
      <button type="button" class="button small" onClick={() => model.select(null)}>
        Back to the list
      </button>
    </div>
  );
}
