import type { PublicationRecord } from '../core/publication.ts';

/**
 * The order in which a page of messages is shown. `accounts`: the server's. `open`: that of the senders' clocks, the
 * server's where they agree (FR-008). Pages follow each other in the server's order in both, so that none is missed.
 */
export function inOrder(
  preset: 'accounts' | 'open',
  records: readonly PublicationRecord[],
): readonly PublicationRecord[] {
  if (preset === 'accounts') return records;
  return records.toSorted((a, b) => timeOf(a) - timeOf(b) || a.offset - b.offset);
}

function timeOf({ clientTime, timestamp }: PublicationRecord): number {
  return clientTime ?? timestamp;
}
