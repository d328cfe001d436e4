import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const CONGESTION_CONTROL = '/proc/sys/net/ipv4/tcp_congestion_control';
const MARK = 'BENCH_ISOLATED';

// In a namespace of its own, loopback is down and has the host's congestion control, which paces (BBR) what never
// meets a network. RENO and CUBIC don't. `"$@"` is this program again.
const ENTER = `ip link set lo up && { echo reno > ${CONGESTION_CONTROL} || echo cubic > ${CONGESTION_CONTROL}; } 2>/dev/null; exec "$@"`;

/**
 * Runs this program again in a private network namespace, where neither the host's traffic nor its congestion control
 * disturbs loopback. Returns its exit code, or null where that is not possible or has happened already.
 */
export async function isolate(): Promise<number | null> {
  if (process.env[MARK] !== undefined) return null;
  for (const flags of [['-n'], ['-rn']]) {
    const probe = spawnSync('unshare', [...flags, 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
    if (probe.status !== 0) continue;
    const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
    const run = spawn('unshare', [...flags, 'sh', '-c', ENTER, 'sh', ...again], {
      stdio: 'inherit',
      env: { ...process.env, [MARK]: '1' },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => run.kill(signal));
    await once(run, 'exit');
    return run.exitCode ?? 1;
  }
  return null;
}

/** How the network of this run looks, as a sentence for the report. */
export function describeNetwork(): string {
  const control = readCongestionControl();
  if (process.env[MARK] !== undefined) return `loopback of a private network namespace, congestion control ${control}`;
  const warning = control === 'bbr' ? '; BBR delays loopback traffic, so latencies are too high' : '';
  return `loopback of the host (no permission for a private network namespace), congestion control ${control}${warning}`;
}

function readCongestionControl(): string {
  try {
    return readFileSync(CONGESTION_CONTROL, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
