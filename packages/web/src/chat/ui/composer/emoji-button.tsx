import { Icon } from '../../../shared/icon.tsx';
import { Popover } from '../../../shared/popover.tsx';
import { EMOJI } from './emoji.ts';

/** A few dozen emoji with their names. */
export function EmojiButton({ onEmoji }: { readonly onEmoji: (emoji: string) => void }) {
  return (
    <Popover
      face={<Icon name="smile" size={20} />}
      label="Emoji"
      buttonClass="icon-button"
      popoverClass="emoji"
      align="start"
      side="above"
    >
      {(close) => (
        <>
          {EMOJI.map(([name, emoji]) => (
            <button
              key={name}
              type="button"
              title={`:${name}:`}
              aria-label={name.replaceAll('_', ' ')}
              onClick={() => {
                close();
                onEmoji(emoji);
              }}
            >
              {emoji}
            </button>
          ))}
        </>
      )}
    </Popover>
  );
}
