import { useSignal } from '@preact/signals';
import { Dialog } from '../parts/dialog.tsx';
import { lettersAreOn, switchLetters } from '../shortcuts.ts';

const KEYS = [
  [['↑', '↓'], 'Next newer, next older request, in the list'],
  [['Page', 'Home', 'End'], 'Further in the list'],
  [['Enter'], 'From the list into the request'],
  [['Escape'], 'From the request back to the list; closes dialogs'],
  [['F6'], 'Webhook, list, request; with Shift backwards'],
] as const;

const LETTERS = [
  [['j', 'k'], 'Next older, next newer request, from anywhere'],
  [['/'], 'Search'],
  [['?'], 'This help'],
] as const;

/** The keys, and the switch for those that are letters. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const letters = useSignal(lettersAreOn());
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <div class="sheet-body help">
        <Keys keys={KEYS} />
        <label class="switch">
          <input
            type="checkbox"
            checked={letters.value}
            onChange={(event) => {
              letters.value = event.currentTarget.checked;
              switchLetters(letters.value);
            }}
          />
          Letters as shortcuts
        </label>
        {letters.value && <Keys keys={LETTERS} />}
      </div>
    </Dialog>
  );
}

interface KeysProps {
  readonly keys: readonly (readonly [keys: readonly string[], words: string])[];
}

function Keys({ keys }: KeysProps) {
  return (
    <dl>
      {keys.map(([names, words]) => (
        <div key={words}>
          <dt>
            {names.map((name) => (
              <kbd key={name}>{name}</kbd>
            ))}
          </dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}
