import { useSignal } from '@preact/signals';
import type { PlacedRequest } from '@roomcast/protocol';
import { useMemo } from 'preact/hooks';
import { CopyButton } from '../../../shared/copy-button.tsx';
import { bytesOf } from '../../lib/body-bytes.ts';
import { type BodyKind, kindOfBytes } from '../../lib/body-kind.ts';
import { textFrom } from '../../lib/body-text.ts';
import { readContentType } from '../../lib/content-type.ts';
import { codingsOf } from '../../lib/decompress.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { tellFailure } from '../notices.tsx';
import { formatBytes } from '../parts/bytes.ts';
import { save } from '../parts/save.ts';
import { Section } from '../view/section.tsx';
import { FormView } from './form-view.tsx';
import { HexView } from './hex-view.tsx';
import { JsonView } from './json-view.tsx';
import { PartsView } from './parts-view.tsx';
import { RawView } from './raw-view.tsx';
import { useDecoded } from './use-decoded.ts';
import { XmlView } from './xml-view.tsx';

interface BodySectionProps {
  readonly model: WebhookModel;
  readonly request: PlacedRequest;
}

type Face = 'pretty' | 'raw' | 'hex';

/** What the pretty face is called for each kind that has one. */
const PRETTY = { json: 'JSON', form: 'Fields', multipart: 'Parts', xml: 'XML' } as const satisfies Partial<
  Record<BodyKind, string>
>;

/** The body: as it is best looked at, as text, or byte by byte. */
export function BodySection({ model, request }: BodySectionProps) {
  const sent = useMemo(() => bytesOf(request), [request]);
  const isCoded = codingsOf(request.headers['content-encoding']).length > 0;
  const decoded = useDecoded(sent, isCoded ? request.headers['content-encoding'] : undefined);
  const chosen = useSignal<Face | null>(null);
  const bytes = decoded?.bytes ?? sent;
  const { kind, text } = useMemo(() => readBody(request, bytes), [request, bytes]);
  if (sent.length === 0) {
    return (
      <Section title="Body">
        <p class="soft">No body came with this request.</p>
      </Section>
    );
  }
  const type = request.headers['content-type'];
  const faces = facesOf(kind, text);
  const face = chosen.value !== null && faces.includes(chosen.value) ? chosen.value : (faces[0] ?? 'hex');

  return (
    <Section
      title="Body"
      tools={
        <div class="body-tools">
          {faces.length > 1 && (
            <fieldset class="faces-switch">
              <legend class="unseen">How the body is shown</legend>
              {faces.map((each) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={each === face}
                  onClick={() => {
                    chosen.value = each;
                  }}
                >
                  {faceName(each, kind)}
                </button>
              ))}
            </fieldset>
          )}
          {text !== null && <CopyButton text={text} what="body" label="Copy" />}
          <button type="button" class="button small" onClick={() => void download(model, request)}>
            Download
          </button>
        </div>
      }
    >
      <p class="body-kind soft" data-testid="body-kind">
        {type ?? 'No content type'}, {formatBytes(sent.length)}
      </p>
      {isCoded && <CodingNote request={request} decoded={decoded} />}
      <div data-testid="body" data-face={face} data-kind={kind}>
        <Content model={model} request={request} kind={kind} face={face} bytes={bytes} text={text ?? ''} />
      </div>
    </Section>
  );
}

/** What a body is, and its text; null where it is none. */
function readBody({ headers, truncated }: PlacedRequest, bytes: Uint8Array) {
  const type = headers['content-type'];
  const text = textFrom(bytes, readContentType(type).charset, truncated);
  return { kind: kindOfBytes(bytes, type, truncated), text };
}

interface ContentProps extends BodySectionProps {
  readonly kind: BodyKind;
  readonly face: Face;
  readonly bytes: Uint8Array;
  readonly text: string;
}

function Content({ model, request, kind, face, bytes, text }: ContentProps) {
  if (face === 'hex') return <HexView bytes={bytes} />;
  if (face === 'raw') return <RawView text={text} />;
  switch (kind) {
    case 'json':
      return <JsonView text={text} />;
    case 'form':
      return <FormView text={text} />;
    case 'multipart':
      return <PartsView model={model} request={request} />;
    case 'xml':
      return <XmlView text={text} />;
    default:
      return <RawView text={text} />;
  }
}

interface CodingNoteProps {
  readonly request: PlacedRequest;
  readonly decoded: ReturnType<typeof useDecoded>;
}

function CodingNote({ request, decoded }: CodingNoteProps) {
  const coding = request.headers['content-encoding'];
  if (decoded === null) return <p class="note">Sent compressed with {coding}. Decompressing …</p>;
  if (decoded.problem === null) {
    return (
      <p class="note" data-testid="coding">
        Sent compressed with {coding}; shown decompressed, {formatBytes(decoded.bytes.length)}. Copy takes what is
        shown, Download what was sent.
      </p>
    );
  }
  return (
    <p class="note warn" data-testid="coding">
      Sent compressed with {coding}. {decoded.problem}
    </p>
  );
}

function facesOf(kind: BodyKind, text: string | null): readonly Face[] {
  const pretty: readonly Face[] = kind in PRETTY ? ['pretty'] : [];
  return text === null ? [...pretty, 'hex'] : [...pretty, 'raw', 'hex'];
}

function faceName(face: Face, kind: BodyKind): string {
  if (face === 'pretty') return PRETTY[kind as keyof typeof PRETTY];
  return face === 'raw' ? 'Raw' : 'Hex';
}

/** The exact bytes, from the server. */
async function download(model: WebhookModel, { id }: PlacedRequest): Promise<void> {
  try {
    save(await model.api.body(id), `${id}.bin`);
  } catch (error) {
    tellFailure('The download failed', error);
  }
}
