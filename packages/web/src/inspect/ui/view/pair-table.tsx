import { CopyIcon } from '../parts/copy-icon.tsx';

interface PairTableProps {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** What a pair is, as `header`. */
  readonly what: string;
}

/** Names and values, each with a button that copies the value. */
export function PairTable({ pairs, what }: PairTableProps) {
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
              <CopyIcon text={value} what={`${what} ${name}`} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
