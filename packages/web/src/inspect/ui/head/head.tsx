import { CopyButton } from '../../../shared/copy-button.tsx';
import { Icon } from '../../../shared/icon.tsx';
import { Popover } from '../../../shared/popover.tsx';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { showDialog } from '../page-state.ts';
import { Glyph } from '../parts/glyph.tsx';
import { ExportItems } from './export-items.tsx';
import { LinkStatus } from './link-status.tsx';
import { Watchers } from './watchers.tsx';

/** The webhook itself: where to send to, how the page is connected, who watches, and what can be done with it. */
export function Head({ model }: { readonly model: WebhookModel }) {
  const details = model.details.value;
  const url = details?.url ?? '';
  const cut = url.lastIndexOf('/') + 1;
  const kept = model.kept.value;
  return (
    <header class="hook-head" data-region="head">
      <div class="hook-title">
        <p class="label">
          Webhook · {kept === 1 ? '1 request' : `${kept.toLocaleString('en')} requests`}
          {details?.locked && (
            <span class="hook-locked">
              {' · '}
              <Glyph name="lock" size={12} /> Locked
            </span>
          )}
        </p>
        <h1 class="hook-url" data-testid="webhook-url">
          <span>{url.slice(0, cut)}</span>
          <strong>{url.slice(cut)}</strong>
        </h1>
      </div>
      <div class="hook-actions">
        <CopyButton text={url} what="webhook URL" label="Copy URL" />
        <LinkStatus model={model} />
        <Watchers model={model} />
        <button type="button" class="button small" onClick={() => showDialog({ kind: 'response' })}>
          <Glyph name="reply" size={14} />
          <span class="wide-word">Response</span>
        </button>
        <Popover
          face={<Icon name="more" />}
          label="More of this webhook"
          buttonClass="icon-button"
          align="end"
          side="below"
          popoverClass="menu"
        >
          {(close) => {
            const open = (kind: 'settings' | 'help' | 'clear' | 'delete') => () => {
              close();
              showDialog({ kind });
            };
            return (
              <>
                <button type="button" onClick={open('settings')}>
                  Settings …
                </button>
                <ExportItems model={model} close={close} />
                <button type="button" onClick={open('help')}>
                  Keyboard …
                </button>
                <button type="button" class="bad" onClick={open('clear')}>
                  Delete all requests …
                </button>
                <button type="button" class="bad" onClick={open('delete')}>
                  Delete webhook …
                </button>
              </>
            );
          }}
        </Popover>
      </div>
    </header>
  );
}
