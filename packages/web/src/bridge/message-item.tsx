import { Component } from 'preact';
import { ClockTime } from './clock-time.tsx';
import type { Entry, Mark } from './entry.ts';
import { JsonView } from './json-view.tsx';

interface MessageItemProps {
  readonly entry: Entry;
  readonly onResend: (data: object) => void;
}

/** One message. Drawn anew only when its entry is another one: hundreds of others may come while it stands. */
export class MessageItem extends Component<MessageItemProps> {
  override shouldComponentUpdate(next: MessageItemProps): boolean {
    return next.entry !== this.props.entry;
  }

  override render({ entry, onResend }: MessageItemProps) {
    const mark = entry.kind === 'own' ? entry.mark : null;
    return (
      <li class={`message ${entry.kind}`} data-kind={entry.kind} data-mark={mark?.state}>
        <p class="message-head">
          <span class="message-who">{entry.kind === 'own' ? 'You' : 'Received'}</span>
          <ClockTime time={entry.time} />
          {mark && <MarkText mark={mark} />}
          {mark?.state === 'failed' && isObject(entry.data) && <ResendButton data={entry.data} onResend={onResend} />}
        </p>
        <JsonView data={entry.data} />
      </li>
    );
  }
}

function MarkText({ mark }: { readonly mark: Mark }) {
  switch (mark.state) {
    case 'pending':
      return <span class="mark pending">Pending</span>;
    case 'sent':
      return <span class="mark sent">Sent to {mark.delivered.toLocaleString('en')}</span>;
    case 'failed':
      return <span class="mark failed">Failed: {mark.why}</span>;
  }
}

interface ResendButtonProps {
  readonly data: object;
  readonly onResend: (data: object) => void;
}

function ResendButton({ data, onResend }: ResendButtonProps) {
  return (
    <button type="button" class="button small" onClick={() => onResend(data)}>
      Send again
    </button>
  );
}

function isObject(data: unknown): data is object {
  return typeof data === 'object' && data !== null;
}
