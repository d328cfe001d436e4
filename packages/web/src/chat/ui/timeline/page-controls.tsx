import type { ReadonlySignal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import type { TargetedEvent } from 'preact';
import { useElementId } from '../../../shared/use-id.ts';
import type { ActiveRoom, PageSize } from '../../model/chat-model.ts';
import type { Row } from './rows.ts';

interface PageControlsProps {
  readonly room: ActiveRoom;
  /** Name of the day that the first visible message is of. */
  readonly day: string | null;
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** Rows that are seen now. */
  readonly seen: () => { readonly first: number; readonly last: number };
  /** Brings that row to the upper (`start`) or lower (`end`) edge. */
  readonly onRow: (key: string, align: 'start' | 'end') => void;
}

const SIZES: readonly PageSize[] = [50, 100, 200, 500];

/** Goes through the messages page by page, and says which day is seen and how long a page is. */
export function PageControls({ room, day, rows, seen, onRow }: PageControlsProps) {
  const id = useElementId();
  const turning = useSignal(false);
  const { hasOlder, hasNewer } = room.timeline.value;

  async function turn(direction: 'older' | 'newer'): Promise<void> {
    if (turning.value) return;
    turning.value = true;
    try {
      await (direction === 'older' ? older() : newer());
    } catch {
      // The model tells why; the list stays where it is.
    } finally {
      turning.value = false;
    }
  }

  async function older(): Promise<void> {
    const key = rows.value[seen().first]?.key;
    if (at(key) < room.pageSize.value && room.timeline.value.hasOlder) await room.loadOlder();
    const target = rows.value[Math.max(0, at(key) - room.pageSize.value)];
    if (target) onRow(target.key, 'start');
  }

  async function newer(): Promise<void> {
    const key = rows.value[seen().last]?.key;
    if (rows.value.length - at(key) <= room.pageSize.value && room.timeline.value.hasNewer) await room.loadNewer();
    const target = rows.value[Math.min(rows.value.length - 1, at(key) + room.pageSize.value)];
    if (target) onRow(target.key, 'end');
  }

  function at(key: string | undefined): number {
    return Math.max(
      0,
      rows.value.findIndex((row) => row.key === key),
    );
  }

  function resize(event: TargetedEvent<HTMLSelectElement, Event>): void {
    const size = SIZES.find((each) => String(each) === event.currentTarget.value);
    if (size === undefined) return;
    room.pageSize.value = size;
    const { messages, hasOlder } = room.timeline.peek();
    // A page of that length is what the reader wants to have here.
    if (hasOlder && messages.length < size) room.loadOlder().catch(() => {});
  }

  return (
    <div class="pages">
      <p class="pages-day label">{day}</p>
      <label for={id}>Per page</label>
      <select class="pages-size" id={id} data-testid="page-size" value={String(room.pageSize.value)} onChange={resize}>
        {SIZES.map((size) => (
          <option key={size} value={String(size)}>
            {size}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="pages-turn"
        data-testid="older"
        aria-disabled={turning.value || (!hasOlder && seen().first === 0)}
        onClick={() => turn('older')}
      >
        Older
      </button>
      <button
        type="button"
        class="pages-turn"
        data-testid="newer"
        aria-disabled={turning.value || (!hasNewer && room.atEnd.value)}
        onClick={() => turn('newer')}
      >
        Newer
      </button>
    </div>
  );
}
