import { Component } from 'preact';
import { clockTime, fullTime } from '../../../shared/times.ts';
import type { MessageItem } from '../../model/chat-model.ts';
import { isJumbo } from '../composer/emoji.ts';
import { RichText } from '../text/rich-text.tsx';
import { MessageMarkSign } from './message-mark.tsx';
import { isTall } from './tall.ts';

/** What can be done with a message. */
export interface MessageActions {
  retry(key: string): void;
  edit(key: string): void;
  discard(key: string): void;
  /** Shows all of a folded one, or folds it again. */
  unfold(key: string): void;
}

interface MessageRowProps {
  readonly message: MessageItem;
  /** Whether it begins a group and names its sender. */
  readonly head: boolean;
  /** Prefix of this row's element ids. */
  readonly id: string;
  readonly me: string | null;
  /** Whether Tab comes to this message; the arrow keys lead to the others. */
  readonly tabStop: boolean;
  /** Whether the reader was led to it. */
  readonly marked: boolean;
  readonly unfolded: boolean;
  /** Its place among all messages of the room, from 1, and how many there are (-1 = not known). */
  readonly place: number;
  readonly count: number;
  readonly actions: MessageActions;
}

/** One message. Drawn anew only when something of it has changed: hundreds come and go while it stands. */
export class MessageRow extends Component<MessageRowProps> {
  override shouldComponentUpdate(next: MessageRowProps): boolean {
    const now = this.props;
    return (Object.keys(next) as (keyof MessageRowProps)[]).some((name) => next[name] !== now[name]);
  }

  override render({ message, head, id, me, tabStop, marked, place, count, actions, unfolded }: MessageRowProps) {
    const { key, sender, own, content, time, mark, offset } = message;
    const folds = isTall(content);
    const flags = [own && 'own', head && 'head', message.mentionsMe && 'names-me', marked && 'marked'];
    return (
      <article
        class={['message', ...flags].filter(Boolean).join(' ')}
        data-testid="message"
        data-key={key}
        data-offset={offset ?? undefined}
        data-mark={mark}
        aria-posinset={place}
        aria-setsize={count}
        aria-labelledby={`${id}-who ${id}-text ${id}-time${own ? ` ${id}-mark` : ''}`}
        tabIndex={tabStop ? 0 : -1}
        data-entry={tabStop ? '' : undefined}
      >
        <p class={head ? 'message-who' : 'unseen'} id={`${id}-who`}>
          <bdi>{sender}</bdi>
          {own && <span class="unseen"> (you)</span>}
        </p>
        <time class="message-time" id={`${id}-time`} dateTime={time.toISOString()} title={fullTime(time)}>
          {clockTime(time)}
        </time>
        <div class={textClass(content, folds && !unfolded)} id={`${id}-text`} dir="auto">
          <RichText text={content} me={me} />
        </div>
        {own && <MessageMarkSign mark={mark} id={`${id}-mark`} />}
        {folds && (
          <p class="message-actions">
            <button type="button" class="link-button" aria-expanded={unfolded} onClick={() => actions.unfold(key)}>
              {unfolded ? 'Show less' : 'Show all of it'}
            </button>
          </p>
        )}
        {mark === 'unsaved' && own && <p class="message-note">Delivered, but not saved yet.</p>}
        {mark === 'failed' && <Failed message={message} actions={actions} />}
      </article>
    );
  }
}

function textClass(content: string, folded: boolean): string {
  return ['message-text', folded && 'folded', isJumbo(content) && 'jumbo'].filter(Boolean).join(' ');
}

interface FailedProps {
  readonly message: MessageItem;
  readonly actions: MessageActions;
}

/** What went wrong, and what can be done about it. */
function Failed({ message: { key, failure }, actions }: FailedProps) {
  return (
    <div class="message-failed">
      <p>
        <strong>Not sent.</strong> {failure ?? 'Try again later.'}
      </p>
      <p class="message-actions">
        <button type="button" class="button small" onClick={() => actions.retry(key)}>
          Retry
        </button>
        <button type="button" class="button small" onClick={() => actions.edit(key)}>
          Edit
        </button>
        <button type="button" class="button small" onClick={() => actions.discard(key)}>
          Discard
        </button>
      </p>
    </div>
  );
}
