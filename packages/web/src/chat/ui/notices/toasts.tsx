import { Icon } from '../../../shared/icon.tsx';
import type { ChatModel } from '../../model/chat-model.ts';
import { restoreFocus } from '../parts/focus.ts';

/** What the page tells in passing. It takes no focus, and is announced elsewhere. */
export function Toasts({ model }: { readonly model: ChatModel }) {
  if (model.toasts.value.length === 0) return null;
  return (
    <section class="toasts" aria-label="News">
      {model.toasts.value.map((toast) => (
        <div key={toast.key} class={`toast ${toast.kind}`} data-testid="toast">
          <p>{toast.text}</p>
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            onClick={() => {
              model.dismiss(toast);
              restoreFocus(null);
            }}
          >
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </section>
  );
}
