import { useSignal } from '@preact/signals';
import type { PlacedRequest } from '@roomcast/protocol';
import { announce } from '../../../shared/announcer.tsx';
import { Snippet } from '../../../shared/snippet.tsx';
import { bytesOf } from '../../lib/body-bytes.ts';
import { textFrom } from '../../lib/body-text.ts';
import type { ReplayAnswer } from '../../model/webhook-api.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { HexView } from '../body/hex-view.tsx';
import { RawView } from '../body/raw-view.tsx';
import { forwardCommand, WHERE_FORWARD_RUNS } from '../forward-command.ts';
import { useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Form, faultOf } from '../parts/form.tsx';
import { shellWord } from '../shell-word.ts';
import { WithSecret } from './with-secret.tsx';

interface ReplayDialogProps {
  readonly model: WebhookModel;
  readonly request: PlacedRequest;
  readonly onClose: () => void;
}

/** Sends a request once more: to one's own machine through the command line, or from the server to another address. */
export function ReplayDialog({ model, request, onClose }: ReplayDialogProps) {
  return (
    <Dialog title="Replay" onClose={onClose} testId="replay">
      <div class="sheet-scroll">
        <section class="sheet-part" aria-labelledby="replay-local">
          <h3 id="replay-local">To your own machine</h3>
          <p class="soft">
            Run this {WHERE_FORWARD_RUNS}. It sends the same method, path, headers and bytes to your server there.
          </p>
          <Snippet title="Shell" what="replay command" code={replayCommand(model, request)} />
        </section>
        <section class="sheet-part" aria-labelledby="replay-server">
          <h3 id="replay-server">From this server to another URL</h3>
          <WithSecret model={model}>
            <ServerReplay model={model} request={request} />
          </WithSecret>
        </section>
      </div>
    </Dialog>
  );
}

function replayCommand(model: WebhookModel, request: PlacedRequest): string {
  const url = model.details.peek()?.url ?? '';
  return forwardCommand(url, [`--replay ${shellWord(request.id)}`]);
}

/** Kept as long as the page is open: the next request mostly goes to the same place. */
let lastUrl = '';

function ServerReplay({ model, request }: Omit<ReplayDialogProps, 'onClose'>) {
  const url = useSignal(lastUrl);
  const answer = useSignal<ReplayAnswer | null>(null);
  const action = useAction();

  async function replay(): Promise<void> {
    answer.value = null;
    lastUrl = url.value.trim();
    const got = await model.replay(request.id, lastUrl);
    answer.value = got;
    announce(`The answer came: status ${got.status}.`);
  }

  return (
    <>
      <Form action={action} fields={['url']} submit={action.busy.value ? 'Sending …' : 'Send it'} onSubmit={replay}>
        <Field
          label="URL"
          name="url"
          type="url"
          value={url}
          placeholder="https://staging.example.com/webhooks"
          hint="Used as it is: the captured path is not added."
          fault={faultOf(action, 'url')}
          mono
          first
        />
      </Form>
      {answer.value && <Answer answer={answer.value} />}
    </>
  );
}

function Answer({ answer }: { readonly answer: ReplayAnswer }) {
  const { status, headers, duration, truncated } = answer;
  const bytes = bytesOf(answer);
  const text = textFrom(bytes, null, truncated);
  return (
    <div class="replay-answer" data-testid="replay-answer">
      <p class="replay-status" data-good={status < 400}>
        <strong>{status}</strong> after {Math.round(duration).toLocaleString('en')} ms
      </p>
      <pre class="code-lines">{headers.map(([name, value]) => `${name}: ${value}`).join('\n')}</pre>
      {bytes.length === 0 && <p class="soft">No body.</p>}
      {bytes.length > 0 && (text === null ? <HexView bytes={bytes} /> : <RawView text={text} />)}
      {truncated && <p class="soft">The answer was longer than is shown here.</p>}
    </div>
  );
}
