import type { IncomingMessage } from 'node:http';

/** What a browser makes a part of a page, or lets act for it (the Fetch standard's request destinations). */
const PARTS: ReadonlySet<unknown> = new Set([
  ...['script', 'style', 'worker', 'sharedworker', 'serviceworker', 'audioworklet', 'paintworklet', 'xslt'],
  ...['object', 'embed', 'frame', 'iframe', 'manifest', 'json'],
]);

/**
 * Whether a page of this very server wants to have something as a part of it. No page of ours does; one into which
 * somebody has smuggled markup could, and what a webhook answers would pass for a script of this server. Browsers say it
 * where the page came over TLS or from this machine (the header fields of Fetch Metadata).
 */
export function isPartOfPage({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['sec-fetch-site'] === 'same-origin' && PARTS.has(headers['sec-fetch-dest']);
}
