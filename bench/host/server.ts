import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer } from '../peers/peer.ts';
import { makeFolder } from './folder.ts';
import { pinned, SERVER_CORE } from './pin.ts';
import { launch } from './process.ts';

/** A running server. */
export interface RunningServer {
  readonly port: number;
  /** The process and its descendants, as far as they had been started when the port was known. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/**
 * Starts a server on its core, with a folder of its own for its data.
 * @param extra more arguments, after those of the peer
 * @throws Error with the server's output where it does not start
 */
export async function startServer(peer: Peer, extra: readonly string[] = []): Promise<RunningServer> {
  const folder = makeFolder();
  const command = [process.execPath, ...peer.command(join(folder.path, 'data')), ...extra];
  try {
    const { port, pid, stop } = await launch(pinned(SERVER_CORE, command), join(folder.path, 'output.log'));
    return {
      port,
      pids: processTree(pid),
      async stop() {
        await stop();
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

function processTree(pid: number): readonly number[] {
  let children: readonly number[] = [];
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    children = text.split(' ').filter(Boolean).map(Number);
  } catch {
    // Kernels without CONFIG_PROC_CHILDREN: the process itself is what counts anyway.
  }
  return [pid, ...children.flatMap(processTree)];
}
