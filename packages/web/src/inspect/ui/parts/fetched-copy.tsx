import { useSignal } from '@preact/signals';
import { announce } from '../../../shared/announcer.tsx';
import { copyText } from '../../../shared/clipboard.ts';

interface FetchedCopyProps {
  /** What is copied, once it is asked for. */
  readonly load: () => Promise<string>;
  /** What it is, as `curl command`. */
  readonly what: string;
  readonly label: string;
}

const SHOWN = 2_000;

/** As a copy button, for what has to be fetched first. */
export function FetchedCopy({ load, what, label }: FetchedCopyProps) {
  const outcome = useSignal<string | null>(null);

  async function copy(): Promise<void> {
    const done = await load().then(copyText, () => false);
    outcome.value = done ? 'Copied' : 'Not copied';
    announce(done ? `Copied the ${what}.` : `The ${what} could not be copied.`);
    setTimeout(() => {
      outcome.value = null;
    }, SHOWN);
  }

  return (
    <button type="button" class="button small" onClick={copy}>
      {outcome.value ?? label}
    </button>
  );
}
