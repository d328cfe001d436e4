import type { WebhookModel } from '../../model/webhook-model.ts';
import { CompareNote } from './compare-note.tsx';
import { FilterBar } from './filter-bar.tsx';
import { RequestListBox } from './request-list-box.tsx';

/** The list of requests with what narrows it. */
export function ListPane({ model }: { readonly model: WebhookModel }) {
  return (
    <section class="hook-list" aria-label="Requests" data-region="list">
      <FilterBar feed={model.feed} />
      <CompareNote comparison={model.comparison} />
      <RequestListBox model={model} />
    </section>
  );
}
