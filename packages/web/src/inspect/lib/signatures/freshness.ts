import { formatDuration } from '../../../start/duration.ts';
import { ownTimeOf } from './own-time.ts';
import type { Claim } from './provider.ts';

/** Whether a signature is of the right time, and what is to be said about it. */
export interface Freshness {
  readonly ok: boolean;
  readonly text: string;
}

/**
 * Compares the time of signing with when the request came and, where that is another time, with `now` (both in
 * milliseconds since 1970). Null where the scheme has no time.
 */
export function freshnessOf(claim: Claim, cameAt: number, now: number): Freshness | null {
  const { timestamp, tolerance, allowsFuture } = claim;
  if (timestamp === null) return null;
  if (tolerance === null) return { ok: true, text: unbounded(timestamp, cameAt) };
  if (!/^\d{1,11}$/.test(timestamp)) return { ok: false, text: malformed(timestamp) };
  const ages = { came: cameAt / 1000 - Number(timestamp), now: now / 1000 - Number(timestamp) };
  const told = `It was signed ${ageInWords(ages.came)} the request came`;
  const allowed = `${formatDuration(tolerance)} are allowed`;
  if (ages.came > tolerance) return { ok: false, text: `${told}, too long: ${allowed}.` };
  if (ages.came < -tolerance && !allowsFuture) {
    return { ok: false, text: `${told}, in the future: ${allowed}. One of the clocks is wrong.` };
  }
  if (ages.now <= tolerance) return { ok: true, text: `${told}; ${allowed}.` };
  const late = `now it is ${formatDuration(ages.now)} old, too old to be sent again: ${allowed}`;
  return { ok: false, text: `${told}, in time; but ${late}.` };
}

/** Where nobody says how old a signature may be, nobody says either how its time is written: any form is right. */
function unbounded(timestamp: string, cameAt: number): string {
  const time = ownTimeOf(timestamp);
  if (!time) return `Its time of signing (${timestamp.slice(0, 30)}) is of a form of its own, and was not looked at.`;
  const age = ageInWords(cameAt / 1000 - time.seconds);
  return `It was signed ${age} the request came (its time read as ${time.unit}).`;
}

function malformed(timestamp: string): string {
  const shown = timestamp.slice(0, 30);
  const hint = /^\d{13}$/.test(timestamp) ? ': it looks like milliseconds' : '';
  return `The time of signing (${shown}) is not in seconds since 1970${hint}.`;
}

function ageInWords(seconds: number): string {
  if (Math.abs(seconds) < 1) return 'as';
  return seconds > 0 ? `${formatDuration(seconds)} before` : `${formatDuration(-seconds)} after`;
}
