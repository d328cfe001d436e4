import { Dialog } from '../parts/dialog.tsx';

const KEYS: readonly (readonly [keys: readonly string[], words: string])[] = [
  [['Enter'], 'send the message'],
  [['Shift', 'Enter'], 'begin a new line'],
  [['Ctrl', 'K'], 'go to another room (⌘ K on a Mac)'],
  [['F6'], 'next part: rooms, messages, field, members'],
  [['Shift', 'F6'], 'part before'],
  [['↑', '↓'], 'from message to message'],
  [['Page ↑', 'Page ↓'], 'ten messages'],
  [['Home', 'End'], 'first and last message'],
  [['Tab'], 'from a message to its buttons and links'],
  [['@'], 'mention somebody of the room'],
  [[':tada:'], 'an emoji by its name'],
  [['?'], 'this help, while you are not writing'],
  [['Esc'], 'close what is open'],
];

const MARKUP: readonly (readonly [written: string, words: string])[] = [
  ['**bold**', 'bold'],
  ['*italic*', 'italic'],
  ['`code`', 'code'],
  ['```', 'before and after lines of code'],
  ['[words](https://…)', 'a link'],
];

/** Which keys do what, and how text is marked up. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard and writing" onClose={onClose} testId="help">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div class="sheet-body help" tabIndex={0}>
        <dl>
          {KEYS.map(([keys, words]) => (
            <div key={words}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <h3 class="label">In messages</h3>
        <dl>
          {MARKUP.map(([written, words]) => (
            <div key={words}>
              <dt>
                <code>{written}</code>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
