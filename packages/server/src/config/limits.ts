import { readFileSync } from 'node:fs';
import type { Config } from './config.ts';
import { isLoopback } from './texts.ts';

/** How many connections are taken; Infinity means no limit. */
export interface ConnectionLimits {
  readonly total: number;
  /** The limit for one remote address. */
  perAddress(address: string): number;
}

/** Share of the file descriptors that connections may take; files, listeners and outgoing calls need the rest. */
const SHARE = 0.65;
/** What POSIX systems grant at least; used where the limit cannot be learned. */
const FEW = 1024;
const UNLIMITED = 1_048_576;

/** The limits on connections, `auto` worked out. */
export function connectionLimits(config: Config, descriptors = descriptorLimit()): ConnectionLimits {
  const total = config.maxConnections === 'auto' ? Math.floor(descriptors * SHARE) : config.maxConnections;
  const each = config.maxConnectionsPerAddress;
  if (each === 'auto') {
    const half = Math.max(1, Math.floor(total / 2));
    return { total, perAddress: (address) => (isLoopback(address) ? Number.POSITIVE_INFINITY : half) };
  }
  const limit = each === 0 ? Number.POSITIVE_INFINITY : each;
  return { total, perAddress: () => limit };
}

/** How many file descriptors this process may have open. Node raises the soft limit to the hard one when it starts. */
export function descriptorLimit(): number {
  try {
    const soft = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === 'unlimited' ? UNLIMITED : Number(soft ?? FEW);
  } catch {
    return FEW;
  }
}

/** Bytes of a captured request's body: as JSON it may be twice as long, and must not make a watcher count as slow. */
export function webhookBodyLimit({
  webhookBodySize,
  maxBuffer,
}: Pick<Config, 'webhookBodySize' | 'maxBuffer'>): number {
  return Math.min(webhookBodySize, Math.floor(maxBuffer / 3));
}
