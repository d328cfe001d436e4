import { shellQuote } from '../../shared/emit-command.ts';
import { Snippet } from '../../shared/snippet.tsx';
import type { WebhookModel } from '../model/webhook-model.ts';
import { forwardCommand, WHERE_FORWARD_RUNS } from './forward-command.ts';
import { shellWord } from './shell-word.ts';

/** What to do with a webhook that has captured nothing yet. */
export function Waiting({ model }: { readonly model: WebhookModel }) {
  const url = model.details.value?.url ?? '';
  return (
    <section class="waiting" aria-labelledby="waiting-title" data-region="view">
      <div class="waiting-box">
        <h2 id="waiting-title" tabIndex={-1} data-entry>
          Waiting for the first request
        </h2>
        <p>
          Any method, any path below this URL, any body. Send one now, and it stands here as soon as it has arrived.
        </p>
        <Snippet title="curl" what="curl command" code={exampleCommand(url)} />
        <p>To have them sent on to a program of yours, run the second command {WHERE_FORWARD_RUNS}.</p>
        <Snippet title="To localhost" what="forward command" code={forwardCommand(url)} />
      </div>
    </section>
  );
}

/** A command that sends some JSON to the webhook. */
function exampleCommand(url: string): string {
  const body = shellQuote(JSON.stringify({ event: 'order.paid', order: { id: 1042, total: 49.9 } }));
  return [
    `curl ${shellWord(`${url}/orders?test=1`)} \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d ${body}`,
  ].join('\n');
}
