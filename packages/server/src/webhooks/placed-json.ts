import type { StoredRequest } from '../store/webhook-store.ts';

/** A stored request with its place in the log, as JSON: what is stored is copied, not parsed. */
export function placedJson({ offset, data }: StoredRequest, epoch: string): Buffer {
  return Buffer.concat([Buffer.from(`{"offset":${offset},"epoch":${JSON.stringify(epoch)},`), data.subarray(1)]);
}
