import { useSignalEffect } from '@preact/signals';
import type { WebhookModel } from '../model/webhook-model.ts';
import { GateScreen } from './gate-screen.tsx';
import { OpenScreen } from './open-screen.tsx';

/** The page of one webhook: what may be shown, or why nothing is. */
export function WebhookScreen({ model }: { readonly model: WebhookModel }) {
  usePageTitle(model);
  const access = model.access.value;
  return access.kind === 'open' ? <OpenScreen model={model} /> : <GateScreen model={model} access={access} />;
}

/** The tab says which webhook it is, and how many requests have not been seen. */
function usePageTitle(model: WebhookModel): void {
  useSignalEffect(() => {
    const unseen = model.feed.unseen.value;
    document.title = `${unseen > 0 ? `(${unseen}) ` : ''}${model.id} · Webhooks · Roomcast`;
  });
}
