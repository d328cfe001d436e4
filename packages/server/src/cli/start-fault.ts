import { accessSync, constants, mkdirSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { StartFault } from '../util/start-fault.ts';

/**
 * Makes sure that the data directory exists and can be written.
 * @throws {StartFault} naming the directory and the reason.
 */
export function prepareDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
    throw new StartFault(`The data directory ${path} cannot be used: ${reason}. Choose another with --data-dir.`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'it is a file',
  ENOENT: 'it cannot be made there',
  ENOSPC: 'the disk is full',
};

/** The sentence for an error of starting to listen, or null where the error is the program's own. */
export function explainStart(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): string | null {
  if (error instanceof StartFault) return error.message;
  // A store names the directory and what is wrong with it.
  if (error instanceof Error && error.name === 'StoreError') return error.message;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program. Choose another with --port, or 0 for any free one.`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine. Choose another with --host.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name ${host} is not known here. Choose an address of this machine with --host.`;
    case 'EACCES':
    case 'EPERM':
      return isListening(error)
        ? `This user may not listen on port ${port} of ${host}. Choose another with --port (1024 or above).`
        : null;
    default:
      return null;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isListening(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'bind');
}
