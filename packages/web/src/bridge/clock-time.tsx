const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** A time of day to the second, in the reader's own way; the date stands in the tooltip. */
export function ClockTime({ time }: { readonly time: Date }) {
  return (
    <time dateTime={time.toISOString()} title={full.format(time)}>
      {clock.format(time)}
    </time>
  );
}
