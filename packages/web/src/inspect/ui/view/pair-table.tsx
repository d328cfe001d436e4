import { announce } from '../../../shared/announcer.tsx';
import { copyText } from '../../../shared/clipboard.ts';
import { Glyph } from '../parts/glyph.tsx';

interface PairTableProps {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** What a pair is, as `header`. */
  readonly what: string;
}

/** Names and values, each with a button that copies the value. */
export function PairTable({ pairs, what }: PairTableProps) {
  async function copy(name: string, value: string): Promise<void> {
    const done = await copyText(value);
    announce(done ? `Copied the ${what} ${name}.` : `The ${what} ${name} could not be copied.`);
  }

  return (
    <table class="pairs">
      <colgroup>
        <col class="pairs-name" />
        <col />
        <col class="pairs-tool" />
      </colgroup>
      <thead class="unseen">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
          <th scope="col">Copy</th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(([name, value], index) => (
          <tr key={index}>
            <th scope="row">{name}</th>
            <td>{value === '' ? <span class="soft">empty</span> : value}</td>
            <td class="pairs-copy">
              <button
                type="button"
                class="icon-button"
                aria-label={`Copy ${what} ${name}`}
                onClick={() => void copy(name, value)}
              >
                <Glyph name="copy" size={15} />
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
