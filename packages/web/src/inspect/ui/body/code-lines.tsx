import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';

interface CodeLinesProps {
  /** How many there are. */
  readonly count: number;
  /** A line, without its end. */
  readonly line: (index: number) => ComponentChild;
}

/** Lines that are drawn at first, and more with each press: a megabyte of text must not stop the page. */
const STEP = 1_000;

/** Lines of code; the browser's own search finds what is drawn. */
export function CodeLines({ count, line }: CodeLinesProps) {
  const most = useSignal(STEP);
  const drawn = Math.min(count, most.value);
  return (
    <div class="code">
      <pre class="code-lines json">
        {Array.from({ length: drawn }, (_, index) => (
          <div key={index} class="code-line">
            {line(index)}
          </div>
        ))}
      </pre>
      {drawn < count && (
        <button type="button" class="button small code-more" onClick={() => (most.value += 10 * STEP)}>
          Show more of {count.toLocaleString('en')} lines
        </button>
      )}
    </div>
  );
}
