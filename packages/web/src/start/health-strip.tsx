import { formatDuration } from './duration.ts';
import { type Health, health } from './health.ts';

/** The server's own figures, live. */
export function HealthStrip() {
  const now = health.value;
  return (
    <section class="health" aria-labelledby="health-title" data-status={mood(now)}>
      <h2 id="health-title" class="label">
        This server
      </h2>
      <p class="health-status">
        <span class="lamp" aria-hidden="true" />
        {words(now)}
      </p>
      {now !== null && now !== 'unreachable' && <Figures health={now} />}
    </section>
  );
}

function Figures({ health }: { readonly health: Health }) {
  const { version, uptimeSeconds, connections, rooms } = health;
  const rows = [
    ['Connections', connections?.toLocaleString('en')],
    ['Rooms', rooms?.toLocaleString('en')],
    ['Up for', uptimeSeconds === null ? undefined : formatDuration(uptimeSeconds)],
    ['Version', version ?? undefined],
  ] as const;
  return (
    <dl class="health-figures">
      {rows.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name} class="health-figure">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

type Answer = typeof health.value;

function mood(now: Answer): 'good' | 'bad' | 'unsure' {
  if (now === null) return 'unsure';
  if (now === 'unreachable') return 'bad';
  return now.status === 'ok' ? 'good' : 'unsure';
}

function words(now: Answer): string {
  if (now === null) return 'Asking …';
  if (now === 'unreachable') return 'Not reachable';
  if (now.status === 'ok') return 'Running';
  return now.status === 'draining' ? 'Shutting down' : now.status;
}
