import { useSignal } from '@preact/signals';
import { announce } from './announcer.tsx';
import { copyText } from './clipboard.ts';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for those who do not see the text beside the button: `curl command`. */
  readonly what: string;
  /** Default `Copy`. */
  readonly label?: string;
}

const SHOWN = 2_000;

/** A button that copies `text` and says, to eyes and ears, whether that worked. */
export function CopyButton({ text, what, label = 'Copy' }: CopyButtonProps) {
  const outcome = useSignal<'Copied' | 'Not copied' | null>(null);

  async function copy(): Promise<void> {
    const done = await copyText(text);
    outcome.value = done ? 'Copied' : 'Not copied';
    announce(done ? `Copied the ${what}.` : `The ${what} could not be copied. Select and copy it by hand.`);
    setTimeout(() => {
      outcome.value = null;
    }, SHOWN);
  }

  return (
    <button type="button" class="button small copy" onClick={copy}>
      {outcome.value ?? label}
      <span class="unseen"> {what}</span>
    </button>
  );
}
