import type { ComponentChildren, TargetedEvent, TargetedMouseEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

import { Icon } from './icon.tsx';
import { useElementId } from './use-id.ts';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** `dialog`: in the middle. `start`, `end`: a drawer at that side. `top`: below the bar. */
  readonly kind?: 'dialog' | 'start' | 'end' | 'top';
  readonly testId?: string;
}

interface Props extends DialogProps {
  /** Puts focus back on what had it, or, where that is gone, on what the page is about. */
  readonly restoreFocus: (opener: Element | null) => void;
}

/** A modal dialog, open as long as it is rendered. When it goes, focus returns to where it came from. */
export function Dialog({ title, onClose, children, kind = 'dialog', testId, restoreFocus }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useElementId();

  useLayoutEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    // What is asked for comes first; a drawer would raise the keyboard of a phone.
    if (kind === 'dialog' || kind === 'top') firstField(element)?.focus();
    return () => {
      element?.close();
      restoreFocus(opener);
    };
  }, []);

  function cancel(event: TargetedEvent<HTMLDialogElement, Event>): void {
    // Rendering alone opens and closes it.
    event.preventDefault();
    onClose();
  }

  function press(event: TargetedMouseEvent<HTMLDialogElement>): void {
    // What is outside the dialog's box is its backdrop.
    if (event.target === dialog.current) onClose();
  }

  return (
    <dialog
      ref={dialog}
      class={`sheet ${kind}`}
      aria-labelledby={titleId}
      onCancel={cancel}
      onMouseDown={press}
      data-testid={testId}
    >
      <div class="sheet-box">
        <div class="sheet-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** What a dialog marks as its first field, or the first one that there is. */
function firstField(dialog: HTMLDialogElement | null): HTMLElement | null {
  return dialog?.querySelector<HTMLElement>('[data-first]') ?? dialog?.querySelector('input') ?? null;
}
