import { fileURLToPath } from 'node:url';

/** A server under test, or one of its faces. The name is what `--peers` takes and what reports print. */
export type PeerName = 'roomcast' | 'roomcast-native' | 'roomcast-socketio' | 'ws' | 'socketio' | 'socketio-emit';

/** How to start a server and how the load generator talks to it. */
export interface Peer {
  readonly name: PeerName;
  readonly title: string;
  /**
   * Arguments for Node. The server must listen on a port of its own choice and print its URL.
   * @param dataDir an empty folder that is removed afterwards
   */
  command(dataDir: string): readonly string[];
  /** Options of the load generator: paths, handshakes and the wrapping of a message. */
  readonly wire: readonly string[];
}

/** The path of a file beside this one's parent, for a command line. */
export function fileAt(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
