import { Icon } from '../../../shared/icon.tsx';
import type { MessageMark } from '../../model/chat-model.ts';

const WORDS: Readonly<Record<MessageMark, string>> = {
  pending: 'Being sent',
  sent: 'Sent',
  unsaved: 'Delivered, not saved yet',
  failed: 'Not sent',
};

/** How far an own message has come: as a sign, and in words for those who do not see it. */
export function MessageMarkSign({ mark, id }: { readonly mark: MessageMark; readonly id: string }) {
  return (
    <span class="message-mark" id={id} data-mark={mark} title={WORDS[mark]}>
      <Icon name={mark} size={14} />
      <span class="unseen">{WORDS[mark]}</span>
    </span>
  );
}
