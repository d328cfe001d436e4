import type { Signal } from '@preact/signals';
import type { OwnHmac } from '../../lib/signatures/index.ts';

interface OwnHmacFieldsProps {
  readonly own: Signal<OwnHmac>;
}

const ALGORITHMS = ['sha256', 'sha1', 'sha512'] as const satisfies readonly OwnHmac['algorithm'][];
const ENCODINGS = ['hex', 'base64'] as const satisfies readonly OwnHmac['encoding'][];

/** How a sender of one's own signs. */
export function OwnHmacFields({ own }: OwnHmacFieldsProps) {
  const set = (change: Partial<OwnHmac>) => {
    own.value = { ...own.value, ...change };
  };
  const { header, prefix, timestampHeader, algorithm, encoding } = own.value;
  return (
    <div class="filter-fields">
      <Text label="Header" value={header} onInput={(text) => set({ header: text })} />
      <Text label="Prefix" value={prefix} onInput={(text) => set({ prefix: text })} />
      <label>
        <span>Hash</span>
        <select
          class="input"
          value={algorithm}
          onChange={(event) => set({ algorithm: event.currentTarget.value as OwnHmac['algorithm'] })}
        >
          {ALGORITHMS.map((each) => (
            <option key={each} value={each}>
              {each.toUpperCase().replace('SHA', 'SHA-')}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Written as</span>
        <select
          class="input"
          value={encoding}
          onChange={(event) => set({ encoding: event.currentTarget.value as OwnHmac['encoding'] })}
        >
          {ENCODINGS.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <Text
        label="Header of the time, where it is signed, too"
        value={timestampHeader ?? ''}
        onInput={(text) => set({ timestampHeader: text.trim() || null })}
        wide
      />
    </div>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly wide?: boolean;
}

function Text({ label, value, onInput, wide = false }: TextProps) {
  return (
    <label class={wide ? 'wide' : undefined}>
      <span>{label}</span>
      <input
        class="input mono"
        value={value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}
