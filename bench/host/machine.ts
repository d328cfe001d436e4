import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { describeNetwork } from './isolate.ts';

/** Where and when a run took place. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  readonly network: string;
  /** ISO 8601, day only. */
  readonly date: string;
  /** Load average of the last minute when the run began: other work on the machine spoils figures. */
  readonly loadBefore: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${release()}`,
    node: process.version,
    network: describeNetwork(),
    date: new Date().toISOString().slice(0, 10),
    loadBefore: readFileSync('/proc/loadavg', 'utf8').split(' ')[0] ?? 'unknown',
  };
}

/** How many files a process may have open at most: the bound of connections in one process. */
export function openFilesLimit(): number {
  const row = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  const hard = Number(row?.[1]);
  return Number.isInteger(hard) ? hard : Number.MAX_SAFE_INTEGER;
}
