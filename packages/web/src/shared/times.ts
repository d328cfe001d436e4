const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const withYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const longDayWithYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Whether the reader's clock counts to twelve, which takes more letters. */
export const countsToTwelve = clock.resolvedOptions().hour12 ?? false;

/** Hours and minutes, in the reader's own way. */
export function clockTime(time: Date): string {
  return clock.format(time);
}

/** Everything there is to say about a moment, for tooltips. */
export function fullTime(time: Date): string {
  return full.format(time);
}

/** A day as a heading: `Today`, `Yesterday`, or its date. */
export function dayName(time: Date, now: Date): string {
  const days = daysBetween(time, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (time.getFullYear() === now.getFullYear() ? longDay : longDayWithYear).format(time);
}

/** How long ago, in the least words: `now`, `12 min`, `14:05`, `Tue`, `3 Nov`. */
export function shortAgo(time: Date, now: Date): string {
  const passed = now.getTime() - time.getTime();
  if (passed < MINUTE) return 'now';
  if (passed < 60 * MINUTE) return `${Math.floor(passed / MINUTE)} min`;
  const days = daysBetween(time, now);
  if (days === 0) return clock.format(time);
  if (days < 7) return weekday.format(time);
  return (time.getFullYear() === now.getFullYear() ? dayAndMonth : withYear).format(time);
}

/** Midnights between two moments, as the clock on the wall has them. */
function daysBetween(from: Date, to: Date): number {
  const midnight = (time: Date) => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
  return Math.round((midnight(to) - midnight(from)) / DAY);
}
