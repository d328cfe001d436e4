import type { Watcher } from '@roomcast/protocol';
import { watcherName } from '../../model/company.ts';
import type { RequestRow } from '../../model/request-row.ts';
import { formatBytes } from '../parts/bytes.ts';
import { Method } from '../parts/method.tsx';
import { listTime } from '../parts/times.ts';

interface RequestRowProps {
  readonly row: RequestRow;
  readonly index: number;
  /** Rows in all, as far as that is known. */
  readonly count: number;
  /** Pixels. */
  readonly top: number;
  readonly id: string;
  readonly selected: boolean;
  /** Where the keyboard is, in a list that has the focus. */
  readonly active: boolean;
  /** Others who look at it. */
  readonly viewers: readonly Watcher[];
  readonly now: Date;
  readonly onPick: (row: RequestRow) => void;
}

/** One request of the list. */
export function RequestRowItem(props: RequestRowProps) {
  const { row, index, count, top, id, selected, active, viewers, now, onPick } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box takes the keys for all of its options
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus, and says which option is active
    <div
      id={id}
      class="row-item"
      style={{ top: `${top}px` }}
      role="option"
      aria-selected={selected}
      aria-posinset={index + 1}
      aria-setsize={count}
      data-active={active}
      data-request={row.id}
      data-testid="request-row"
      onClick={() => onPick(row)}
    >
      <span class="row-line">
        <Method method={row.method} />
        <span class="row-target">{row.target}</span>
      </span>
      <span class="row-line soft">
        <time dateTime={row.timestamp}>{listTime(row.timestamp, now)}</time>
        <span>{row.truncated ? `${formatBytes(row.size)}, cut` : formatBytes(row.size)}</span>
        <span class="row-ip">{row.sourceIp}</span>
        {viewers.length > 0 && <Viewers viewers={viewers} />}
      </span>
    </div>
  );
}

const DRAWN = 3;

function Viewers({ viewers }: { readonly viewers: readonly Watcher[] }) {
  const names = viewers.map(watcherName).join(', ');
  return (
    <span class="row-viewers" title={names} data-testid="viewers">
      {viewers.slice(0, DRAWN).map(({ connectionId }) => (
        <span key={connectionId} class="member-sign" aria-hidden="true" />
      ))}
      <span class="unseen">Looked at by {names}</span>
    </span>
  );
}
