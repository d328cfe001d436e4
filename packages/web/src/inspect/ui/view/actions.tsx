import type { PlacedRequest } from '@roomcast/protocol';
import { copyText } from '../../../shared/clipboard.ts';
import { Icon } from '../../../shared/icon.tsx';
import { Popover } from '../../../shared/popover.tsx';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { tell } from '../notices.tsx';
import { showDialog } from '../page-state.ts';
import { FetchedCopy } from '../parts/fetched-copy.tsx';

interface ActionsProps {
  readonly model: WebhookModel;
  readonly request: PlacedRequest;
}

/** What can be done with a request. */
export function Actions({ model, request }: ActionsProps) {
  const rows = model.feed.rows.value;
  const before = rows[rows.findIndex(({ id }) => id === request.id) + 1];

  async function compareWithBefore(): Promise<void> {
    if (!before) return;
    model.comparison.start(request);
    const problem = await model.comparison.choose(before.id);
    if (problem !== null) tell(problem, 'error');
    model.comparison.swap();
  }

  return (
    <div class="request-actions">
      <FetchedCopy load={() => model.api.curl(request.id)} what="curl command" label="Copy as curl" />
      <button type="button" class="button small" onClick={() => showDialog({ kind: 'replay', request })}>
        Replay
      </button>
      <button type="button" class="button small" onClick={() => showDialog({ kind: 'signature', request })}>
        Signature
      </button>
      <Popover
        face={<Icon name="more" />}
        label="More of this request"
        buttonClass="icon-button"
        align="end"
        side="below"
        popoverClass="menu"
      >
        {(close) => {
          const then = (act: () => unknown) => () => {
            close();
            act();
          };
          return (
            <>
              {before && (
                <button type="button" onClick={then(compareWithBefore)}>
                  Compare with the one before
                </button>
              )}
              <button type="button" onClick={then(() => model.comparison.start(request))}>
                Compare with …
              </button>
              <button type="button" onClick={then(() => copyLink(model, request))}>
                Copy link to this request
              </button>
              <button type="button" class="bad" onClick={then(() => showDialog({ kind: 'remove', request }))}>
                Delete request …
              </button>
            </>
          );
        }}
      </Popover>
    </div>
  );
}

async function copyLink({ id }: WebhookModel, request: PlacedRequest): Promise<void> {
  const link = new URL(`/inspect/${encodeURIComponent(id)}`, location.href);
  link.searchParams.set('request', request.id);
  const done = await copyText(link.href);
  if (done) tell('Copied the link to this request.');
  else tell('The link could not be copied.', 'error');
}
