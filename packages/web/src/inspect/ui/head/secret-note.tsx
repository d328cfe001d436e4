import { CopyButton } from '../../../shared/copy-button.tsx';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { restoreFocus } from '../parts/focus.ts';

/** The secret of a webhook that has just been made: it is shown this once. */
export function SecretNote({ model }: { readonly model: WebhookModel }) {
  const secret = model.secret.value ?? '';
  return (
    <section class="secret-note" aria-label="Secret of this webhook" data-testid="secret-note">
      <div class="secret-words">
        <p>
          <strong>Keep this secret: it is shown only now.</strong> Changing this webhook, and deleting it, needs it.
          This browser remembers it; another one will ask for it.
        </p>
        <code data-testid="secret">{secret}</code>
      </div>
      <div class="secret-actions">
        <CopyButton text={secret} what="secret" label="Copy secret" />
        <button
          type="button"
          class="button small main"
          onClick={() => {
            model.secretSeen();
            restoreFocus(null);
          }}
        >
          I have it
        </button>
      </div>
    </section>
  );
}
