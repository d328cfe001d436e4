import type { WebhookModel } from '../../model/webhook-model.ts';

/** Turns to the next older (1) or newer (-1) request of the list; to the newest where none is shown. */
export function stepSelection(model: Steps, step: 1 | -1): void {
  const { feed, selection } = model;
  const rows = feed.rows.peek();
  const at = rows.findIndex(({ id }) => id === selection.id);
  const row = rows[at < 0 ? 0 : at + step];
  if (row) model.select(row.id);
}

type Steps = Pick<WebhookModel, 'feed' | 'selection' | 'select'>;
