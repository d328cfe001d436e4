import type { ReadonlySignal } from '@preact/signals';
import { Countdown } from '../shared/countdown.tsx';
import { LINK_WORDS, type Link } from './link.ts';

interface StatusProps {
  readonly link: ReadonlySignal<Link>;
  readonly onReconnect: () => void;
}

/** How the connection stands, and what the reader can do about it. Changes are announced elsewhere, once each. */
export function Status({ link, onReconnect }: StatusProps) {
  const { state, attempt, retryAt } = link.value;
  return (
    <div class="status-row">
      <p class="status" data-testid="status" data-state={state}>
        {LINK_WORDS[state]}
      </p>
      {state === 'reconnecting' && (
        <p class="status-detail" data-testid="attempt">
          {attempt !== null && `Attempt ${attempt}`}
          {retryAt !== null && <Countdown until={retryAt} />}
        </p>
      )}
      {(state === 'reconnecting' || state === 'disconnected') && (
        <button type="button" class="button small" onClick={onReconnect}>
          Reconnect now
        </button>
      )}
    </div>
  );
}
