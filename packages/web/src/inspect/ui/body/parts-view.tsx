import { useSignal } from '@preact/signals';
import type { PlacedRequest } from '@roomcast/protocol';
import { useEffect } from 'preact/hooks';
import { textFrom } from '../../lib/body-text.ts';
import type { Part } from '../../model/webhook-api.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { tellFailure } from '../notices.tsx';
import { formatBytes } from '../parts/bytes.ts';
import { save } from '../parts/save.ts';

interface PartsViewProps {
  readonly model: WebhookModel;
  readonly request: PlacedRequest;
}

/** Fields up to so many bytes are shown as they are. */
const SHOWN = 10_000;

/** The parts of a multipart body: fields with their values, files with their downloads. */
export function PartsView({ model, request }: PartsViewProps) {
  const parts = useSignal<readonly Part[] | null>(null);
  const fault = useSignal<string | null>(null);

  useEffect(() => {
    model.api.parts(request.id).then(
      (found) => {
        parts.value = found;
      },
      (error: unknown) => {
        fault.value = error instanceof Error ? error.message : `${error}`;
      },
    );
  }, [request.id]);

  if (fault.value !== null) return <p class="note warn">{fault.value}</p>;
  if (parts.value === null) return <p class="soft">Reading the parts …</p>;
  return (
    <ul class="parts" data-testid="parts">
      {parts.value.map((part) => (
        <PartItem key={part.index} model={model} request={request} part={part} />
      ))}
    </ul>
  );
}

interface PartItemProps extends PartsViewProps {
  readonly part: Part;
}

function PartItem({ model, request, part }: PartItemProps) {
  const { index, name, filename, contentType, size } = part;
  const value = useSignal<string | null>(null);
  const isFile = filename !== null;

  useEffect(() => {
    if (isFile || size > SHOWN) return;
    void readText(model, request.id, index).then((text) => {
      value.value = text;
    });
  }, [request.id, index]);

  async function download(): Promise<void> {
    try {
      save(await model.api.part(request.id, index), filename ?? name ?? `part-${index}`);
    } catch (error) {
      tellFailure('The download failed', error);
    }
  }

  return (
    <li class="part-item">
      <div class="part-words">
        <strong>{name ?? `Part ${index + 1}`}</strong>
        <span class="soft">
          {[filename, contentType, formatBytes(size)].filter((each) => each !== null).join(', ')}
        </span>
        {value.value !== null && <code>{value.value}</code>}
      </div>
      <button type="button" class="button small" onClick={() => void download()}>
        Download<span class="unseen"> {filename ?? name ?? `part ${index + 1}`}</span>
      </button>
    </li>
  );
}

/** A part as text; null where it is none, or cannot be had. */
async function readText(model: WebhookModel, requestId: string, index: number): Promise<string | null> {
  try {
    const blob = await model.api.part(requestId, index);
    return textFrom(new Uint8Array(await blob.arrayBuffer()), null);
  } catch {
    return null;
  }
}
