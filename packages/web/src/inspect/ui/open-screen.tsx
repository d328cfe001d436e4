import { useComputed, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { lazy } from '../../shared/lazy.tsx';
import type { FilterFields } from '../model/request-query.ts';
import type { WebhookModel } from '../model/webhook-model.ts';
import { Head } from './head/head.tsx';
import { SecretNote } from './head/secret-note.tsx';
import { ListPane } from './list/list-pane.tsx';
import { Notices } from './notices.tsx';
import { openDialog, showDialog } from './page-state.ts';
import { hasTwoColumns } from './parts/screen-size.ts';
import { listenForShortcuts } from './shortcuts.ts';
import { ViewPane } from './view/view-pane.tsx';
import { Waiting } from './waiting.tsx';

const Dialogs = lazy(async () => (await import('./dialogs/dialogs.tsx')).Dialogs);

/** A webhook: its list, and the request that is looked at. */
export function OpenScreen({ model }: { readonly model: WebhookModel }) {
  useEffect(() => listenForShortcuts(model, () => showDialog({ kind: 'help' })), []);
  useFirstRequest(model);
  const { feed, selection, comparison } = model;
  // Told apart from the list itself, or each new request would draw all of this anew.
  const isEmpty = useComputed(() => {
    const isReady = feed.state.value.kind === 'ready' && usedText(feed.fields.value) === '';
    return isReady && feed.rows.value.length === 0 && selection.shown.value.kind === 'none';
  });
  const isNothingShown = useComputed(() => selection.shown.value.kind === 'none');
  const compared = comparison.state.value.kind;
  // On a phone one of the two is seen. Choosing what to compare with is done in the list.
  const face = compared === 'choosing' || (isNothingShown.value && compared === 'off') ? 'list' : 'view';

  return (
    <main class="hook" data-face={hasTwoColumns.value ? 'both' : face}>
      {/* The one in the head is not shown beside a request on a phone. */}
      {!hasTwoColumns.value && face === 'view' && <h1 class="unseen">Webhook {model.id}</h1>}
      <Head model={model} />
      {model.freshSecret.value && <SecretNote model={model} />}
      {isEmpty.value ? (
        <Waiting model={model} />
      ) : (
        <div class="hook-columns">
          <ListPane model={model} />
          <ViewPane model={model} />
        </div>
      )}
      <Notices />
      {openDialog.value && <Dialogs model={model} open={openDialog.value} />}
    </main>
  );
}

/** The first request of an empty webhook is what one has waited for: where there is place for it, it is shown at once. */
function useFirstRequest(model: WebhookModel): void {
  const waits = useRef(false);
  useSignalEffect(() => {
    const { feed, selection } = model;
    const [first] = feed.rows.value;
    const isReady = feed.state.value.kind === 'ready';
    if (first && waits.current && selection.id === null && hasTwoColumns.peek()) model.select(first.id);
    waits.current = isReady && !first && usedText(feed.fields.peek()) === '';
  });
}

function usedText(fields: FilterFields): string {
  return Object.values(fields).join('').trim();
}
