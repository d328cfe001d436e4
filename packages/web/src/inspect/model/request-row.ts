import type { PlacedRequest } from '@roomcast/protocol';

/** What the list shows of a request. Bodies are kept elsewhere: ten thousand rows must stay small. */
export interface RequestRow {
  readonly id: string;
  readonly offset: number;
  readonly method: string;
  /** Path and query below the webhook, as sent; `/` where there is nothing. */
  readonly target: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly sourceIp: string;
  /** Bytes of the body. */
  readonly size: number;
  readonly truncated: boolean;
}

/** Longer ones are cut: nobody reads them in a list. */
const LONGEST = 300;

export function requestRow(request: PlacedRequest): RequestRow {
  const { id, offset, method, timestamp, sourceIp, bodySize, truncated } = request;
  return { id, offset, method, target: requestTarget(request), timestamp, sourceIp, size: bodySize, truncated };
}

/** Where a request went, below the webhook. */
function requestTarget({ path, query }: PlacedRequest): string {
  return `${path || '/'}${query === '' ? '' : `?${query}`}`.slice(0, LONGEST);
}
