import { filterQuery, usedFields } from '../../model/request-query.ts';
import type { ExportFormat } from '../../model/webhook-api.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { tellFailure } from '../notices.tsx';
import { save } from '../parts/save.ts';

const FORMATS = [
  ['har', 'HAR', 'har'],
  ['json', 'JSON', 'json'],
  ['curl', 'curl commands', 'sh'],
] as const satisfies readonly (readonly [ExportFormat, string, string])[];

interface ExportItemsProps {
  readonly model: WebhookModel;
  readonly close: () => void;
}

/** Menu entries that download what the list shows, all of it. */
export function ExportItems({ model, close }: ExportItemsProps) {
  const fields = model.feed.fields.value;
  const isFiltered = fields.text !== '' || usedFields(fields) > 0;

  async function download(format: ExportFormat, ending: string): Promise<void> {
    close();
    try {
      save(await model.api.export(format, filterQuery(fields)), `${model.id}.${ending}`);
    } catch (error) {
      tellFailure('The export failed', error);
    }
  }

  return (
    <>
      {FORMATS.map(([format, name, ending]) => (
        <button key={format} type="button" onClick={() => void download(format, ending)}>
          Export {isFiltered ? 'what is found' : 'all'} as {name}
        </button>
      ))}
    </>
  );
}
