import { useSignal } from '@preact/signals';
import { announce } from '../../../shared/announcer.tsx';
import { copyText } from '../../../shared/clipboard.ts';
import { Glyph } from './glyph.tsx';

interface CopyIconProps {
  readonly text: string;
  /** What is copied, as `header accept`. */
  readonly what: string;
}

const SHOWN = 2_000;
const SIGNS = { none: 'copy', done: 'check', failed: 'cross' } as const;

/** A copy button as small as can be, for a row of a table. */
export function CopyIcon({ text, what }: CopyIconProps) {
  const outcome = useSignal<keyof typeof SIGNS>('none');

  async function copy(): Promise<void> {
    const done = await copyText(text);
    outcome.value = done ? 'done' : 'failed';
    announce(done ? `Copied the ${what}.` : `The ${what} could not be copied.`);
    setTimeout(() => {
      outcome.value = 'none';
    }, SHOWN);
  }

  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Copy ${what}`}
      title={outcome.value === 'failed' ? 'Not copied' : undefined}
      onClick={copy}
    >
      <Glyph name={SIGNS[outcome.value]} size={15} />
    </button>
  );
}
