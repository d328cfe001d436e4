import type { ComponentChildren, TargetedEvent, TargetedKeyboardEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { useElementId } from './use-id.ts';

interface PopoverProps {
  /** What the button shows. */
  readonly face: ComponentChildren;
  /** The button's name, where its face has no words. */
  readonly label?: string;
  readonly buttonClass: string;
  /** Which edges of button and popover are in line. */
  readonly align: 'start' | 'end';
  readonly side: 'above' | 'below';
  readonly popoverClass: string;
  readonly children: (close: () => void) => ComponentChildren;
}

const GAP = 6;

/** A button and what it opens. The browser closes it on Escape and on a press elsewhere, and gives focus back. */
export function Popover({ face, label, buttonClass, align, side, popoverClass, children }: PopoverProps) {
  const id = useElementId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const close = () => box.current?.hidePopover();

  function place(event: TargetedEvent<HTMLDivElement, Event>): void {
    if (!(event instanceof ToggleEvent) || event.newState !== 'open' || !button.current) return;
    const { style } = event.currentTarget;
    // The browser focuses it as it opens, so that no key comes in between.
    event.currentTarget.querySelector('button')?.toggleAttribute('autofocus', true);
    const { top, bottom, left, right } = button.current.getBoundingClientRect();
    style.setProperty('top', side === 'below' ? `${bottom + GAP}px` : 'auto');
    style.setProperty('bottom', side === 'above' ? `${innerHeight - top + GAP}px` : 'auto');
    style.setProperty('left', align === 'start' ? `${left}px` : 'auto');
    style.setProperty('right', align === 'end' ? `${document.documentElement.clientWidth - right}px` : 'auto');
  }

  function arrows(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.findIndex((each) => each.matches(':focus'));
    const next = buttons[at + stepOf(event.key, columnsOf(buttons))];
    if (at < 0 || next === undefined || next === buttons[at]) return;
    next.focus();
    event.preventDefault();
  }

  return (
    <>
      <button ref={button} type="button" class={buttonClass} popovertarget={id} aria-label={label}>
        {face}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside take the focus, and the arrows go between them */}
      <div ref={box} id={id} popover="auto" class={`popover ${popoverClass}`} onBeforeToggle={place} onKeyDown={arrows}>
        {children(close)}
      </div>
    </>
  );
}

/** How many buttons on, or back, an arrow key leads. */
function stepOf(key: string, columns: number): number {
  switch (key) {
    case 'ArrowRight':
      return 1;
    case 'ArrowLeft':
      return -1;
    case 'ArrowDown':
      return columns;
    case 'ArrowUp':
      return -columns;
    default:
      return 0;
  }
}

/** A menu has one, a grid as many as stand in its first line. */
function columnsOf(buttons: readonly HTMLElement[]): number {
  return buttons.filter(({ offsetTop }) => offsetTop === buttons[0]?.offsetTop).length;
}
