import type { Draft } from './draft.ts';
import { formatJson } from './format-json.ts';

interface DraftHintProps {
  readonly draft: Draft;
  readonly connected: boolean;
}

const LONGEST = 200;

/** Says beforehand what will go over the wire. */
export function DraftHint({ draft, connected }: DraftHintProps) {
  return (
    <p class="composer-hint" id="message-hint">
      {(connected || draft.kind !== 'empty') && <span class="composer-preview">{preview(draft)}</span>}
      {connected ? (
        <span class="composer-keys">
          <kbd>Enter</kbd> sends, <kbd>Shift</kbd>+<kbd>Enter</kbd> new line
        </span>
      ) : (
        <span class="composer-waits">Not connected: messages wait here and are sent once, in order.</span>
      )}
    </p>
  );
}

function preview(draft: Draft) {
  switch (draft.kind) {
    case 'empty':
      return (
        <>
          Text goes out as <code>{'{ "text": … }'}</code>, a JSON object as it is.
        </>
      );
    case 'text':
    case 'json':
      return (
        <>
          {draft.kind === 'text' ? 'Sends text as ' : 'Sends this JSON object '}
          <code>{formatJson(draft.data, Number.POSITIVE_INFINITY).slice(0, LONGEST)}</code>
        </>
      );
    case 'broken':
      return 'A JSON object, not complete yet.';
  }
}
