import { StartFault } from '../../util/start-fault.ts';

/**
 * From where requests are forwarded that had been captured before: all that are kept, those from a time on (ISO 8601), or
 * those behind one of them.
 */
export type Since =
  | { readonly kind: 'all' }
  | { readonly kind: 'time'; readonly from: string }
  | { readonly kind: 'request'; readonly id: string };

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const DURATION = /^(?<amount>\d{1,9}(?:\.\d{1,9})?)(?<unit>ms|s|m|h|d|w)$/;
const TIME = /^\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/i;
const REQUEST_ID = /^[A-Za-z0-9_-]{6,64}$/;

/**
 * @param now milliseconds since 1970
 * @throws StartFault with a sentence for the user
 */
export function parseSince(text: string, now: number): Since {
  if (text === 'all') return { kind: 'all' };
  const { amount, unit } = DURATION.exec(text)?.groups ?? {};
  if (amount !== undefined && unit !== undefined) {
    const begin = now - Number(amount) * (UNITS[unit] ?? 0);
    return { kind: 'time', from: new Date(Math.max(0, begin)).toISOString() };
  }
  const isTime = TIME.test(text);
  if (isTime && !Number.isNaN(Date.parse(text))) return { kind: 'time', from: new Date(text).toISOString() };
  if (!isTime && REQUEST_ID.test(text)) return { kind: 'request', id: text };
  throw new StartFault(
    '--since must be a duration such as 10m, 2h or 1d, a time such as 2026-01-31T12:00:00Z, the id of a request, or all.',
  );
}
