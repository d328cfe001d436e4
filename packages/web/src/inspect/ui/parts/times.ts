const seconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const exact = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** When a request came, in a list: the time of day, with the date where it was not today. */
export function listTime(timestamp: string, now: Date): string {
  const time = new Date(timestamp);
  const today = time.toDateString() === now.toDateString();
  return today ? seconds.format(time) : `${day.format(time)}, ${seconds.format(time)}`;
}

/** To the millisecond, in the reader's own way. */
export function exactTime(timestamp: string): string {
  return exact.format(new Date(timestamp));
}
