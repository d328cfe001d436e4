import { Countdown } from '../../../shared/countdown.tsx';
import type { ChatModel } from '../../model/chat-model.ts';

/** What stands between this page and the others: shown as long as it does. */
export function Banners({ model }: { readonly model: ChatModel }) {
  const { kind } = model.link.value;
  // Without anything to say it is no region.
  if (kind !== 'reconnecting' && kind !== 'offline' && model.storageAvailable.value) return null;
  return (
    <section class="banners" aria-label="Connection and storage">
      <LinkBanner model={model} />
      {!model.storageAvailable.value && (
        <p class="banner warn" data-testid="banner" data-kind="storage">
          Messages can’t be saved right now. They are delivered to those who are here, and will be saved as soon as
          possible.
        </p>
      )}
    </section>
  );
}

function LinkBanner({ model }: { readonly model: ChatModel }) {
  const link = model.link.value;
  switch (link.kind) {
    case 'connected':
    // The first connection takes a moment; a banner for it would only flash.
    case 'connecting':
      return null;
    case 'reconnecting':
      return (
        <div class="banner warn" data-testid="banner" data-kind="reconnecting">
          <p>
            <strong>Connection lost.</strong> Attempt {link.attempt} of {link.attempts}
            <Countdown until={link.at} />
          </p>
          <button type="button" class="button small" onClick={() => model.reconnectNow()}>
            Reconnect now
          </button>
        </div>
      );
    case 'offline':
      return (
        <div class="banner bad" data-testid="banner" data-kind="offline">
          <p>
            <strong>You are offline.</strong> The server could not be reached. What you write waits here and is sent
            once you are back.
          </p>
          <button type="button" class="button small" onClick={() => model.reconnectNow()}>
            Try again
          </button>
        </div>
      );
  }
}
