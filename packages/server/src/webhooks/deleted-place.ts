import type { Position } from '@roomcast/protocol';
import type { RoomLog } from '../core/log.ts';
import type { PublicationRecord } from '../core/publication.ts';

/** Publications that one read takes, and bytes of them. */
const PAGE = 500;
const PAGE_BYTES = 2 * 1024 * 1024;
/** Publications that are looked through: anybody may ask for an id that never was. */
const MOST = PAGE;
const MOST_BYTES = 2 * PAGE_BYTES;

/**
 * Where a request was that has been deleted. Its place in the log says so, and the same stands behind it, where watchers
 * were told; the log is read from its end, as who comes back was mostly there a short time ago. Null where none of this
 * is found among the recent ones.
 */
export async function placeOfDeleted(log: RoomLog, id: string): Promise<Position | null> {
  let before = log.top + 1;
  let wasTold = false;
  for (let looked = 0, bytes = 0; looked < MOST && bytes < MOST_BYTES; ) {
    const { publications, hasMore } = await log.page(PAGE, before, PAGE_BYTES);
    for (const record of publications.toReversed()) {
      looked++;
      bytes += record.data.length;
      if (!isDeletionOf(record, id)) continue;
      if (wasTold) return { epoch: log.epoch, offset: record.offset };
      wasTold = true;
    }
    const oldest = publications[0]?.offset;
    if (oldest === undefined || !hasMore) {
      // Its own place is no longer kept, so all that is kept came later.
      return wasTold ? { epoch: log.epoch, offset: 0 } : null;
    }
    before = oldest;
  }
  return null;
}

function isDeletionOf({ event, data }: PublicationRecord, id: string): boolean {
  return event === 'request-deleted' && (JSON.parse(data.toString()) as { readonly id?: unknown }).id === id;
}
