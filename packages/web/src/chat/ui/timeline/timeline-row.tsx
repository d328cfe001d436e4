import type { ReadonlySignal } from '@preact/signals';
import { dayName } from '../../../shared/times.ts';
import { type MessageActions, MessageRow } from './message-row.tsx';
import type { Places } from './places.ts';
import type { Row } from './rows.ts';

interface TimelineRowProps {
  readonly row: Row;
  /** Prefix of element ids. */
  readonly id: string;
  readonly me: string | null;
  readonly now: ReadonlySignal<Date>;
  readonly tabStop: boolean;
  readonly marked: boolean;
  readonly unfolded: boolean;
  readonly places: Places;
  readonly actions: MessageActions;
}

/** A day, the unread divider, or a message. */
export function TimelineRow({ row, id, me, now, places, ...state }: TimelineRowProps) {
  switch (row.kind) {
    case 'day':
      return (
        <p class="timeline-day">
          <time dateTime={row.time.toISOString()}>{dayName(row.time, now.value)}</time>
        </p>
      );
    case 'divider':
      return (
        <p class="timeline-divider" data-testid="divider">
          New
        </p>
      );
    case 'message':
      return (
        <MessageRow
          message={row.message}
          head={row.head}
          id={`${id}-${row.key.replaceAll(/\s/g, '_')}`}
          me={me}
          place={places.of(row.message)}
          count={places.count}
          {...state}
        />
      );
  }
}
