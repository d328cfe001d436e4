import { signal } from '@preact/signals';

/** What the server says about itself. A figure is null where the server does not give it. */
export interface Health {
  readonly status: string;
  readonly version: string | null;
  readonly uptimeSeconds: number | null;
  readonly connections: number | null;
  readonly rooms: number | null;
}

/** The newest answer; `unreachable` after a failed try, null before the first. */
export const health = signal<Health | 'unreachable' | null>(null);

const INTERVAL = 5_000;

/** Asks `/health` now and every five seconds, as long as the page is seen. */
export function watchHealth(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    clearTimeout(timer);
    health.value = await fetchHealth();
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, INTERVAL);
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void ask();
  });
  void ask();
}

async function fetchHealth(): Promise<Health | 'unreachable'> {
  try {
    const response = await fetch('/health', { cache: 'no-store', signal: AbortSignal.timeout(INTERVAL) });
    return readHealth(await response.json());
  } catch {
    return 'unreachable';
  }
}

/** Takes what is there and of the right kind, so that the page also serves older and newer servers. */
export function readHealth(body: unknown): Health {
  const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : null);
  const figure = (key: string) => (typeof fields[key] === 'number' ? fields[key] : null);
  return {
    status: text('status') ?? 'unknown',
    version: text('version'),
    uptimeSeconds: figure('uptimeSeconds'),
    connections: figure('connections'),
    rooms: figure('rooms'),
  };
}
