import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { announce } from '../../../shared/announcer.tsx';
import { Countdown } from '../../../shared/countdown.tsx';
import { LINK_WORDS, type LinkState } from '../../model/link-state.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';

/** Colours of the pages' status sign. */
const SIGNS = {
  connecting: 'connecting',
  live: 'connected',
  reconnecting: 'reconnecting',
  waiting: 'reconnecting',
  offline: 'disconnected',
} as const satisfies Record<LinkState['kind'], string>;

/** Whether what is captured comes at once, in words, and what can be done where it does not. */
export function LinkStatus({ model }: { readonly model: WebhookModel }) {
  const link = model.link.value;
  useSpokenChanges(model);
  return (
    <div class="status-row">
      <p class="status" data-testid="status" data-state={SIGNS[link.kind]}>
        {LINK_WORDS[link.kind]}
      </p>
      {link.kind === 'reconnecting' && (
        <p class="status-detail">
          Attempt {link.attempt}
          <Countdown until={link.at} />
        </p>
      )}
      {link.kind === 'waiting' && (
        <p class="status-detail">
          The server is busy; once more
          <Countdown until={link.at} />
        </p>
      )}
      {link.kind === 'offline' && link.reason !== null && <p class="status-detail">{link.reason}</p>}
      {(link.kind === 'reconnecting' || link.kind === 'offline') && (
        <button type="button" class="button small" onClick={() => model.reconnectNow()}>
          Reconnect now
        </button>
      )}
    </div>
  );
}

/** Losing the connection and having it back is told, each once. */
function useSpokenChanges({ link }: WebhookModel): void {
  const before = useRef<LinkState['kind']>('connecting');
  useSignalEffect(() => {
    const { kind } = link.value;
    if (kind === before.current || kind === 'connecting') return;
    if (kind === 'live' && before.current !== 'connecting') announce('Live again. What came meanwhile is in the list.');
    if (kind === 'reconnecting') announce('The connection is lost. Trying to get it back.');
    if (kind === 'offline') announce('Offline. Nothing new is shown until you reconnect.');
    before.current = kind;
  });
}
